T.run(function()
  local buffer = T.open()
  local client = T.start_generic()
  local started = T.evolve(client)
  T.rewrites(client)

  -- Version 0, the first of Neovim, is one that it applies over newer text without a look.
  T.pause()
  local inside = T.span() + #'Due to'
  vim.api.nvim_buf_set_text(buffer, 2, inside, 2, inside, { ' (as I said)' })
  local typed = T.line(3)
  for _, action in ipairs(T.actions(client)) do
    T.check(not action.edit, 'no edit is offered for text that changed: ' .. action.title)
  end
  local function apply()
    return T.request(client, 'workspace/executeCommand', {
      command = 'aw.server.apply',
      arguments = { { jobId = started.jobId } },
    })
  end
  local refused = apply()
  T.equal(refused.outcome, 'stale', 'applying is refused')
  T.check(vim.tbl_contains(refused.choices, 'copy'), 'the rewrite can still be copied')
  T.equal(T.line(3), typed, 'what was typed stands')

  vim.cmd('undo')
  T.equal(apply().outcome, 'applied', 'undo makes the rewrites valid again')
  T.check(T.line(3) ~= T.BEFORE .. T.PASSAGE .. T.AFTER, 'the rewrite stands in the text')
end)
