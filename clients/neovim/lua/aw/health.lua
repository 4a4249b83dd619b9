--- `:checkhealth aw`

local compat = require('aw.compat')
local config = require('aw.config')

local M = {}

local LIMIT = 3000 -- ms to wait for the server's answer

---@param report table
---@return boolean found
local function server(report)
  local missing = require('aw.client').missing()
  if missing then
    report.error(missing)
    return false
  end
  local cmd = compat.configured(config.client()).cmd
  if type(cmd) ~= 'table' then
    report.info('the server is started by a function of your configuration')
    return true
  end
  local version = vim.trim(vim.fn.system({ cmd[1], '--version' }))
  if vim.v.shell_error ~= 0 then
    report.error(('`%s --version` failed: %s'):format(cmd[1], version))
    return false
  end
  report.ok(('%s: %s'):format(vim.fn.exepath(cmd[1]), version))
  return true
end

---@param report table
---@param status table
local function running(report, status)
  if status.protocol == config.PROTOCOL then
    report.ok(('protocol %d'):format(status.protocol))
  else
    report.error(
      ('protocol %d, needed %d: update aw-server or this plugin'):format(status.protocol, config.PROTOCOL)
    )
  end
  report.ok(('model %s%s'):format(status.model, status.digest and (', SHA-256 ' .. status.digest) or ''))
  report.info(('state %s, %d waiting'):format(status.state, status.queue))
  if status.workerBytes then
    report.info(('the model takes %.0f MB'):format(status.workerBytes / 1e6))
  else
    report.info('the model is not loaded; it is with the first run, and leaves memory again when idle')
  end
  report.info('log: ' .. status.log)
  if status.history then
    report.info('history: ' .. status.history)
  end
  if status.lastFault then
    report.warn(status.lastFault)
  end
end

--- What the program says about model, memory and rubrics when no server runs that could be asked.
---@param report table
local function doctor(report)
  local cmd = compat.configured(config.client()).cmd
  if type(cmd) ~= 'table' then
    return
  end
  for _, line in ipairs(vim.fn.systemlist({ cmd[1], 'doctor' })) do
    report.info(line)
  end
  if vim.v.shell_error ~= 0 then
    report.warn(('`%s doctor` found something to mend'):format(cmd[1]))
  end
end

function M.check()
  local report = compat.health()
  report.start('aw')
  if not server(report) then
    return
  end
  local lsp = compat.clients()[1]
  if not lsp then
    report.info('no server runs; `:Aw evolve` starts one')
    return doctor(report)
  end
  local answer
  compat.request(lsp, 'aw/status', vim.empty_dict(), function(err, result)
    answer = { err = err, result = result }
  end)
  vim.wait(LIMIT, function()
    return answer ~= nil
  end, 20)
  if not answer then
    report.error(('the server did not answer within %d s'):format(LIMIT / 1000))
  elseif answer.err then
    report.error(answer.err.message)
  else
    running(report, answer.result)
  end
end

return M
