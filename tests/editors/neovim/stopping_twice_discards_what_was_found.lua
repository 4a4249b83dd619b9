T.run(function()
  require('aw').setup({ settings = { candidates = 48, generations = 12 } })
  local buffer = T.open()
  local updated
  T.on('AwUpdate', function()
    updated = true
  end)
  vim.api.nvim_win_set_cursor(0, { 3, 40 })
  vim.cmd('Aw evolve concise')
  T.wait('the run', function()
    return updated
  end)
  vim.cmd('Aw stop')
  vim.cmd('Aw stop')
  T.said('discarded')
  vim.cmd('Aw results')
  T.said('`:Aw evolve` makes some')
  T.equal(
    vim.api.nvim_buf_get_extmarks(buffer, vim.api.nvim_create_namespace('aw'), 0, -1, {}),
    {},
    'marks left'
  )
end)
