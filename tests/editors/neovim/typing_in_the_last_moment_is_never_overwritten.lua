-- Between the server's edit and its arrival the writer types: Neovim itself would put the edit over it.
T.run(function()
  require('aw').setup({ settings = { candidates = 6, generations = 1 } })
  local buffer = T.open()
  vim.api.nvim_win_set_cursor(0, { 3, 40 })
  vim.cmd('Aw evolve')
  T.said('above your text')

  local compat = require('aw.compat')
  local request = compat.request
  local typed
  function compat.request(client, method, ...)
    local id = request(client, method, ...)
    if method == 'aw/apply' then
      vim.api.nvim_buf_set_text(buffer, 2, 20, 2, 20, { 'TYPED ' })
      typed = T.line(3)
    end
    return id
  end
  local count = #T.messages
  vim.cmd('Aw apply')
  T.wait('the answer', function()
    return #T.messages > count
  end)
  T.check(typed, 'the rewrite was asked for')
  T.equal(T.line(3), typed, 'what was typed stands')
end)
