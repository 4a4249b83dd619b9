T.run(function()
  require('aw').setup({ settings = { candidates = 6, generations = 2 } })
  local buffer = T.open()
  local before = T.line(3)
  local heard = {}
  for _, event in ipairs({ 'AwRunStarted', 'AwUpdate', 'AwRunFinished' }) do
    T.on(event, function(said, args)
      table.insert(heard, { event, said, args.data })
    end)
  end

  T.select()
  vim.cmd("'<,'>Aw evolve")
  -- The status below the passage tells of the generation and the best so far.
  local namespace = vim.api.nvim_create_namespace('aw')
  local function label()
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buffer, namespace, 0, -1, { details = true })) do
      if mark[4].virt_lines then
        return mark[4].virt_lines[1][1][1], mark[2]
      end
    end
  end
  T.wait('the generation in the status', function()
    local text = label()
    return text
      and text:find('generation %d/%d')
      and (text:find('best so far %d+%%') or text:find('your text leads'))
  end)
  T.said('above your text')
  T.equal(T.line(3), before, 'nothing is written before a choice')
  local text, row = label()
  T.check(text:find('above your text'), 'the status tells how it came out: ' .. text)
  T.equal(row, 2, 'it stands below the passage')

  T.equal(heard[1][1], 'AwRunStarted', 'the first event')
  T.equal(heard[#heard][1], 'AwRunFinished', 'the last event')
  local job = heard[1][2].jobId
  for _, event in ipairs(heard) do
    T.equal(event[2].jobId, job, 'each event names the run')
    T.check(vim.fn.has('nvim-0.8') == 0 or event[3].jobId == job, 'newer versions pass it as data')
  end

  -- The float: ranks in order, the preview follows the cursor.
  vim.cmd('Aw results')
  T.wait('the float', function()
    return vim.bo.filetype == 'aw'
  end)
  local list = vim.api.nvim_get_current_buf()
  local lines = vim.api.nvim_buf_get_lines(list, 0, -1, true)
  for at, line in ipairs(lines) do
    T.check(vim.startswith(line, at .. ' · '), 'the list is by rank: ' .. line)
  end
  local function preview()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      local shown = vim.api.nvim_win_get_buf(window)
      if shown ~= buffer and shown ~= list then
        return shown
      end
    end
  end
  local function groups()
    local found = {}
    local previews = vim.api.nvim_get_namespaces()['aw.preview']
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(preview(), previews, 0, -1, { details = true })) do
      found[mark[4].hl_group] = true
    end
    return found
  end
  T.wait('the words that change', function()
    return groups().AwRemoved
  end)
  local function previewed()
    return table.concat(vim.api.nvim_buf_get_lines(preview(), 0, -1, true), '\n')
  end
  local first = previewed()
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  vim.cmd('doautocmd CursorMoved')
  T.wait('another preview', function()
    return previewed() ~= first
  end)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.cmd('doautocmd CursorMoved')
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('<CR>', true, false, true), 'x', false)
  T.equal(vim.api.nvim_get_current_buf(), buffer, 'the float is closed')

  T.rewritten(before)
  local applied = T.line(3)
  local best = T.results(require('aw.compat').clients(buffer)[1], job).candidates[1]
  T.equal(applied, T.BEFORE .. best.text .. T.AFTER, 'the best stands exactly where the passage stood')
  T.wait('the status to go', function()
    return not label()
  end)

  -- The next one replaces it, each in one step.
  T.said('is in place')
  vim.cmd('Aw next')
  T.rewritten(applied)
  T.check(T.line(3) ~= before, 'another rewrite: ' .. T.line(3))
  vim.cmd('undo')
  T.equal(T.line(3), applied, 'one undo takes the next one back')
  vim.cmd('undo')
  T.equal(T.line(3), before, 'and one the first')
end)
