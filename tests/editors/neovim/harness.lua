-- What the scenarios share: a document, waiting for a state, and an end with an exit code.

T = { messages = {} }

T.BEFORE = 'So 😀 it goes. '
T.PASSAGE = 'Due to the fact that nobody wrote anything down, we often recieved the same questions again and '
  .. 'again, and and the answers was very different each time.'
T.AFTER = ' This sentence stays as it is.'

T.LIMIT = 60000 -- ms; a run on a busy computer

function vim.notify(text)
  table.insert(T.messages, text)
  io.stdout:write('  message: ' .. text .. '\n')
end

--- Waits until `predicate` is true and returns what it said; asked every `interval` ms.
function T.wait(what, predicate, limit, interval)
  local value
  vim.wait(limit or T.LIMIT, function()
    value = predicate()
    return value
  end, interval or 20)
  return value or error('waited in vain for ' .. what, 2)
end

function T.equal(got, expected, what)
  if not vim.deep_equal(got, expected) then
    error(('%s:\n  expected %s\n  got      %s'):format(what, vim.inspect(expected), vim.inspect(got)), 2)
  end
end

function T.check(truth, what)
  return truth or error(what, 2)
end

--- Waits for a message that has these words.
function T.said(words)
  return T.wait('the message ' .. words, function()
    for _, text in ipairs(T.messages) do
      if text:find(words, 1, true) then
        return text
      end
    end
  end)
end

--- Opens a file with these lines and returns its buffer.
function T.open(lines)
  local path = vim.fn.getcwd() .. '/draft.md'
  vim.fn.writefile(
    lines or { '# Notes', '', T.BEFORE .. T.PASSAGE .. T.AFTER, '', 'The end of the notes stands here.' },
    path
  )
  vim.cmd('edit ' .. path)
  vim.bo.filetype = 'markdown'
  return vim.api.nvim_get_current_buf()
end

function T.line(row)
  return vim.api.nvim_buf_get_lines(0, row - 1, row, true)[1]
end

--- Where the passage stands in bytes of its line, `to` exclusive.
function T.span()
  return #T.BEFORE, #T.BEFORE + #T.PASSAGE
end

--- Selects the passage by characters and leaves the selection's marks.
function T.select()
  local from, to = T.span()
  vim.api.nvim_win_set_cursor(0, { 3, from })
  vim.cmd('normal! v')
  vim.api.nvim_win_set_cursor(0, { 3, to - 1 })
  vim.cmd('normal! ' .. string.char(27))
end

--- Calls `heard` with each event of this name that the plugin announces.
function T.on(name, heard)
  vim.api.nvim_create_autocmd('User', {
    pattern = name,
    callback = function(args)
      heard(vim.g.aw_event, args)
    end,
  })
end

--- Waits until the passage's line reads otherwise.
function T.rewritten(before)
  T.wait('the rewrite', function()
    return T.line(3) ~= before
  end)
end

--- Ends the current undo step, as a key press of a writer would.
function T.pause()
  vim.cmd('let &undolevels = &undolevels')
end

--- Runs a scenario and ends the editor.
function T.run(scenario)
  local fine, fault = xpcall(scenario, debug.traceback)
  if fine then
    vim.cmd('qall!')
  end
  io.stdout:write(fault .. '\n')
  vim.cmd('cquit 1')
end

--- Core API: starts the server as any client would, attaches the buffer, and returns the client.
function T.start_generic()
  local ready
  local id = vim.lsp.start_client({
    name = 'aw',
    cmd = { 'aw-server', '--stdio' },
    on_init = function()
      ready = true
    end,
  })
  vim.lsp.buf_attach_client(0, id)
  T.wait('the server', function()
    return ready and vim.lsp.buf_is_attached(0, id)
  end)
  return vim.lsp.get_client_by_id(id)
end

--- Core API: the result of a request.
function T.request(client, method, params)
  local answer
  client.request(method, params, function(err, result)
    answer = { err = err, result = result }
  end, vim.api.nvim_get_current_buf())
  T.wait(method, function()
    return answer
  end)
  if answer.err then
    error(method .. ': ' .. answer.err.message, 2)
  end
  return answer.result
end

--- Core API: the passage as a range.
function T.range(client)
  local from, to = T.span()
  return vim.lsp.util.make_given_range_params({ 3, from }, { 3, to - 1 }, 0, client.offset_encoding).range
end

--- Core API: the code actions on the passage.
function T.actions(client)
  return T.request(client, 'textDocument/codeAction', {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = T.range(client),
    context = { diagnostics = {} },
  })
end

--- Core API: starts a short run by command and returns what the server answers.
function T.evolve(client)
  return T.request(client, 'workspace/executeCommand', {
    command = 'aw.server.evolve',
    arguments = {
      {
        textDocument = vim.lsp.util.make_text_document_params(),
        range = T.range(client),
        n = 6,
        generations = 1,
      },
    },
  })
end

--- Core API: asks for code actions until some are ranked rewrites, and returns these.
function T.rewrites(client)
  return T.wait('ranked rewrites among the code actions', function()
    local ranked = vim.tbl_filter(function(action)
      return action.kind == 'refactor.rewrite.aw.result' and action.title:match('^%d+ · ')
    end, T.actions(client))
    return #ranked > 0 and ranked
  end, T.LIMIT, 200)
end

--- The rewrites as the server ranks them.
function T.results(client, job_id)
  return T.request(client, 'aw/results', { jobId = job_id })
end
