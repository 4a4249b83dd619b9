T.run(function()
  local aw = require('aw')
  T.open()
  aw.setup({ cmd = { 'no-such-aw-server', '--stdio' } })
  vim.cmd('Aw evolve')
  T.said('`no-such-aw-server` was not found')

  aw.setup({ cmd = { 'aw-server', '--stdio' }, settings = { candidates = 48, generations = 12 } })
  local before = T.line(3)
  local started
  T.on('AwUpdate', function(event)
    started = event.jobId
  end)
  vim.api.nvim_win_set_cursor(0, { 3, 40 })
  vim.cmd('Aw evolve')
  T.wait('the run', function()
    return started
  end)
  local first = started
  for _, pid in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    vim.loop.kill(pid, 'sigkill')
  end
  T.said('the server ended during a run')
  T.equal(T.line(3), before, 'the text is unchanged')

  started = nil
  vim.cmd('Aw evolve')
  T.wait('the next run', function()
    return started and started ~= first
  end)
  local finished
  T.on('AwRunFinished', function(event)
    finished = event
  end)
  vim.cmd('Aw stop')
  T.wait('the run to end', function()
    return finished
  end)
end)
