--- The runs of this session: started, followed, stopped, found again by where the cursor is.

local client = require('aw.client')
local compat = require('aw.compat')
local place = require('aw.place')
local status = require('aw.status')

local M = {}

---@class aw.Run
---@field bufnr integer
---@field client_id? integer
---@field request_id? integer the held `aw/evolve`
---@field job_id? string known from the first update on
---@field state 'starting'|'running'|'stopping'|'done'
---@field params table what was asked for
---@field mark? integer extmark over the passage
---@field label? integer extmark of the status below it
---@field phase? string what the server does before the first update
---@field update? table the last `$/aw/update`
---@field result? table the `EvolveResult`
---@field discarded? boolean stopped twice
---@field applied? string the candidate that was put in place last

local PHASE = { loading = 'loading the model', working = 'writing' }

---@type aw.Run[] newest last
local runs = {}

local tokens = 0

---@type table parameters of the last run, but for its place
local last = {}

local function forget(run)
  status.clear(run)
  runs = vim.tbl_filter(function(other)
    return other ~= run
  end, runs)
end

---@param predicate fun(run: aw.Run): any
---@return aw.Run?
local function newest(predicate)
  for at = #runs, 1, -1 do
    if predicate(runs[at]) then
      return runs[at]
    end
  end
end

--- The run of a job; without a job the newest one at the cursor, else the newest in the buffer.
---@param bufnr integer
---@param job_id? string
---@return aw.Run?
function M.find(bufnr, job_id)
  if job_id then
    return newest(function(run)
      return run.job_id == job_id
    end)
  end
  local here = place.cursor()
  return newest(function(run)
    local where = run.bufnr == bufnr and status.place(run)
    return where and place.touch(where, here)
  end) or newest(function(run)
    return run.bufnr == bufnr
  end)
end

--- The last run's parameters, for another place.
---@param where { range?: table, position?: table }
---@return table
function M.again(where)
  return vim.tbl_extend('force', last, where)
end

local function announce(run, job_id)
  if not run.job_id then
    run.job_id = job_id
    compat.emit('AwRunStarted', { jobId = job_id, buf = run.bufnr })
  end
end

---@param run aw.Run
---@param result table
local function finish(run, result)
  run.result = result
  local shown = not run.discarded and result.status ~= 'refused' and result.status ~= 'superseded'
  if shown and vim.api.nvim_buf_is_valid(run.bufnr) then
    -- Where two runs had the same passage, the newer one is what the writer looks at.
    local where = place.of(run.bufnr, result.range, M.encoding(run))
    for _, other in ipairs(vim.list_slice(runs, 1, #runs)) do
      local there = other.bufnr == run.bufnr and other.state == 'done' and status.place(other)
      if there and place.touch(there, where) then
        forget(other)
      end
    end
    table.insert(runs, run)
    status.follow(run, where)
    status.show(run)
  end
  if result.jobId and result.status ~= 'refused' then
    announce(run, result.jobId)
    compat.emit('AwRunFinished', { jobId = result.jobId, buf = run.bufnr, status = result.status })
  end
  if result.status ~= 'superseded' and not run.discarded then
    local failed = result.status == 'failed' or result.status == 'refused'
    client.say(
      result.message or status.summary(result),
      failed and vim.log.levels.WARN or vim.log.levels.INFO
    )
    for _, notice in ipairs(result.notices or {}) do
      client.say(notice)
    end
  end
end

---@param run aw.Run
---@return string
function M.encoding(run)
  local lsp = run.client_id and vim.lsp.get_client_by_id(run.client_id)
  return lsp and lsp.offset_encoding or 'utf-16'
end

--- Evolve what `params` say in a buffer: a range or a position, and all that `EvolveParams` has.
---@param bufnr integer
---@param params table without `textDocument`
---@param where? aw.Place instead of `params.range`; empty for the paragraph around it
function M.start(bufnr, params, where)
  client.with(bufnr, function(lsp)
    params.textDocument = { uri = vim.uri_from_bufnr(bufnr) }
    if where then
      params.range = place.range(bufnr, where, lsp.offset_encoding)
    elseif params.range or params.position then
      local range = params.range or { start = params.position, ['end'] = params.position }
      where = place.of(bufnr, range, lsp.offset_encoding)
    else
      where = place.cursor()
      params.range = place.range(bufnr, where, lsp.offset_encoding)
    end
    last = vim.tbl_extend('force', params, {})
    last.range, last.position, last.from, last.textDocument = nil, nil, nil, nil
    -- With it |vim.lsp.status()| and plugins that show progress hear of the run too.
    tokens = tokens + 1
    params.workDoneToken = 'aw-' .. tokens

    local run = { bufnr = bufnr, client_id = lsp.id, state = 'starting', params = params }
    table.insert(runs, run)
    status.follow(run, where)
    status.show(run)
    run.request_id = client.ask(lsp, 'aw/evolve', params, bufnr, function(result)
      finish(run, result)
    end, function()
      run.state = 'done' -- what is found of it, `finish` puts among the runs again
      forget(run)
    end)
  end)
end

--- Evolve the passage of an earlier run again, as it reads now.
---@param bufnr integer
---@param result table of that run
function M.rerun(bufnr, result)
  local run = M.find(bufnr, result.jobId)
  local params = vim.deepcopy(run and run.params or last)
  params.from, params.position, params.range = nil, nil, result.range
  M.start(bufnr, params)
end

--- A candidate now stands in the text.
---@param job_id string
---@param candidate_id string
function M.applied(job_id, candidate_id)
  local run = M.find(0, job_id)
  if run then
    run.applied = candidate_id
    status.hide(run)
  end
end

--- The run that an update is the first to name the job of: the one that waits at this place.
local function identify(update)
  local run = newest(function(run)
    local there = run.params.textDocument.uri == update.uri
      and run.state ~= 'done'
      and not run.job_id
      and status.place(run)
    return there and place.touch(there, place.of(run.bufnr, update.range, M.encoding(run)))
  end)
  if run then
    announce(run, update.jobId)
    status.follow(run, place.of(run.bufnr, update.range, M.encoding(run)))
  end
  return run
end

--- Take a `$/aw/update`.
---@param update table
function M.update(update)
  local run = M.find(0, update.jobId) or identify(update)
  if not run then
    return
  elseif run.state == 'starting' then
    run.state = 'running'
  elseif run.state == 'done' then
    return
  end
  run.update = update
  status.show(run)
  compat.emit('AwUpdate', {
    jobId = update.jobId,
    buf = run.bufnr,
    generation = update.generation,
    generations = update.generations,
    leaderboard = update.leaderboard,
  })
end

--- Take a `$/aw/status`.
---@param state string
---@param client_id integer
function M.server_state(state, client_id)
  for _, run in ipairs(runs) do
    if run.client_id == client_id and run.state ~= 'done' then
      run.phase = PHASE[state]
      status.show(run)
      return -- the others wait for this one
    end
  end
end

--- Stop a run, which then answers with the best so far. Asked again before it has, what it found is
--- discarded.
---@param bufnr integer
function M.stop(bufnr)
  local here = place.cursor()
  local function active(run)
    return run.state ~= 'done' and run.bufnr == bufnr
  end
  local run = newest(function(run)
    local where = active(run) and status.place(run)
    return where and place.touch(where, here)
  end) or newest(active)
  local lsp = run and vim.lsp.get_client_by_id(run.client_id)
  if not run or not lsp then
    return client.say('nothing is running in this buffer.')
  end
  if run.state ~= 'stopping' then
    run.state = 'stopping'
    status.show(run)
    compat.cancel(lsp, run.request_id)
  elseif run.job_id then
    run.discarded = true
    client.ask(lsp, 'aw/cancel', { jobId = run.job_id, keep = false }, bufnr, function()
      forget(run)
      client.say('stopped; what was found is discarded.')
    end)
  end
end

--- The server has ended: what was running is lost, what was found cannot be applied any more.
---@param client_id integer
function M.lost(client_id)
  for _, run in ipairs(vim.list_slice(runs, 1, #runs)) do
    if run.client_id == client_id then
      forget(run)
      if run.state ~= 'done' then
        client.say(
          'the server ended during a run; your text is unchanged. `:Aw log` may say why.',
          vim.log.levels.ERROR
        )
      end
    end
  end
end

--- Forget a run whose rewrite now stands in the text or was discarded.
M.forget = forget

return M
