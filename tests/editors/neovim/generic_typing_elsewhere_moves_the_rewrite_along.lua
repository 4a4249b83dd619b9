T.run(function()
  local buffer = T.open()
  local client = T.start_generic()
  local started = T.evolve(client)
  -- Before the passage in its own line, and a line above it, while the run goes on.
  vim.api.nvim_buf_set_text(buffer, 2, 0, 2, 0, { '🙂 ' })
  vim.api.nvim_buf_set_lines(buffer, 1, 1, true, { '', 'A new paragraph.' })
  T.wait('the run to end', function()
    return T.results(client, started.jobId).status == 'done'
  end, T.LIMIT, 200)
  local best = T.results(client, started.jobId).candidates[1]
  T.request(client, 'workspace/executeCommand', {
    command = 'aw.server.apply',
    arguments = { { jobId = started.jobId } },
  })
  T.equal(T.line(5), '🙂 ' .. T.BEFORE .. best.text .. T.AFTER, 'the rewrite stands where the passage went')
end)
