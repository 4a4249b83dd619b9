-- The actions of the menu carry commands for our own client, which shows and applies them its own way.
T.run(function()
  require('aw').setup({ settings = { candidates = 6, generations = 1 } })
  local buffer = T.open()
  vim.cmd('Aw status')
  T.said('model')
  local client = require('aw.compat').clients(buffer)[1]
  local before = T.line(3)

  local function choose(pattern)
    local action
    T.wait(pattern .. ' in the menu', function()
      for _, each in ipairs(T.actions(client)) do
        action = each.title:find(pattern) and each or action
      end
      return action
    end)
    T.check(not action.edit, 'an action for our own client has no edit: ' .. action.title)
    local command = type(action.command) == 'table' and action.command or action
    client.config.commands[command.command](command, { bufnr = buffer, client_id = client.id })
  end

  choose('^Evolve this paragraph')
  T.said('above your text')
  T.equal(T.line(3), before, 'nothing is written before a choice')
  choose('^Compare all')
  T.wait('the comparison', function()
    return vim.api.nvim_get_current_buf() ~= buffer and vim.api.nvim_buf_line_count(0) > 5
  end)
  vim.cmd('close')
  choose('^1 · ')
  T.rewritten(before)
end)
