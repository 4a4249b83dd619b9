T.run(function()
  T.open()
  local function health()
    vim.cmd('checkhealth aw')
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\n')
    vim.cmd('bwipeout!')
    return text
  end
  local text = health()
  T.check(text:find('aw%-server'), 'the server is found: ' .. text)
  T.check(text:find('no server runs'), 'and not started by looking: ' .. text)

  T.equal(vim.fn.getcompletion('Aw re', 'cmdline'), { 'repeat', 'results' }, 'what :Aw can do')
  vim.cmd('Aw status')
  T.said('model builtin')
  text = health()
  T.check(
    text:find('protocol 1') and text:find('builtin') and text:find('log: '),
    'the server answers: ' .. text
  )

  vim.cmd('Aw evolve concise')
  T.wait('names of rubrics', function()
    return vim.tbl_contains(vim.fn.getcompletion('Aw evolve co', 'cmdline'), 'concise')
  end)
  vim.cmd('Aw log')
  T.wait('the log', function()
    return vim.api.nvim_buf_get_name(0):find('%.log$')
  end)
end)
