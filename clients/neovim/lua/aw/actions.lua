--- Commands of the server's code actions that this client carries out itself, so that a rewrite is shown and
--- checked the same way wherever it was chosen. The others go to the server.

---@param ctx table
---@return integer
local function buffer(ctx)
  return ctx.bufnr and ctx.bufnr ~= 0 and ctx.bufnr or vim.api.nvim_get_current_buf()
end

---@param command table
---@return table
local function argument(command)
  return (command.arguments or {})[1] or {}
end

local function evolve(command, ctx)
  local params = vim.deepcopy(argument(command))
  params.workDoneToken = nil
  require('aw.runs').start(buffer(ctx), params)
end

return {
  ['aw.server.evolve'] = evolve,
  ['aw.server.repeat'] = function(command, ctx)
    local runs = require('aw.runs')
    local params = argument(command)
    runs.start(buffer(ctx), runs.again({ range = params.range, position = params.position }))
  end,
  ['aw.server.results'] = function(command, ctx)
    require('aw.results').open(buffer(ctx), argument(command).jobId)
  end,
  ['aw.server.apply'] = function(command, ctx)
    local params = argument(command)
    require('aw.apply').apply(buffer(ctx), params.jobId, params.candidateId)
  end,
  ['aw.server.compare'] = function(command, ctx)
    require('aw.compare').open(buffer(ctx), argument(command).jobId)
  end,
}
