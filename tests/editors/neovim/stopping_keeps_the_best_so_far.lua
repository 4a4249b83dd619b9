T.run(function()
  require('aw').setup({ settings = { candidates = 48, generations = 12 } })
  local buffer = T.open()
  local finished
  T.on('AwRunFinished', function(event)
    finished = event
  end)
  local leaders
  T.on('AwUpdate', function(event)
    leaders = event.leaderboard
  end)

  vim.api.nvim_win_set_cursor(0, { 3, 40 })
  vim.cmd('Aw evolve')
  T.wait('a rewrite among the leaders', function()
    return leaders and #leaders > 1
  end)
  local before = T.line(3)
  vim.cmd('Aw stop')
  T.wait('the run to end', function()
    return finished
  end)
  T.equal(finished.status, 'cancelled', 'how it ended')
  T.equal(T.line(3), before, 'stopping writes nothing')

  vim.cmd('Aw results')
  T.wait('the float', function()
    return vim.bo.filetype == 'aw'
  end)
  T.check(#vim.api.nvim_buf_get_lines(0, 0, -1, true) > 1, 'the best so far is listed')
  vim.api.nvim_feedkeys('q', 'x', false)
  T.equal(vim.api.nvim_get_current_buf(), buffer, 'q closes the list')
  T.equal(#vim.api.nvim_list_wins(), 1, 'both windows of it')

  vim.cmd('Aw stop')
  T.said('nothing is running')
end)
