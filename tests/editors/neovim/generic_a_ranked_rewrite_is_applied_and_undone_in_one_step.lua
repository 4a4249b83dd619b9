T.run(function()
  T.open()
  local client = T.start_generic()
  local before = T.line(3)
  local started = T.evolve(client)
  T.check(started.jobId, 'the command answers with a job id: ' .. vim.inspect(started))

  local ranked = T.rewrites(client)
  for at, action in ipairs(ranked) do
    T.equal(tonumber(action.title:match('^%d+')), at, 'ranks in order')
    T.check(not action.title:find('\n'), 'titles stand on one line')
    T.check(action.edit and not action.command, 'a generic client gets the edit itself')
  end
  T.equal(T.line(3), before, 'nothing is written before a choice')

  local best = T.results(client, started.jobId).candidates[1]
  T.pause()
  vim.lsp.util.apply_workspace_edit(ranked[1].edit, client.offset_encoding)
  T.equal(T.line(3), T.BEFORE .. best.text .. T.AFTER, 'the rewrite stands exactly where the passage stood')
  vim.cmd('undo')
  T.equal(T.line(3), before, 'one undo takes it back')

  client.stop()
  T.wait('the server to end', function()
    return client.is_stopped()
  end)
end)
