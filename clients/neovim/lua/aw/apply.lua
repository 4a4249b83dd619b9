--- A rewrite is put in place by the server, which compares the text first; here the last moment is guarded.

local client = require('aw.client')
local runs = require('aw.runs')

local M = {}

local CHOICE =
  { rerun = 'Evolve the new text', copy = 'Copy this rewrite', merge = 'Merge it with your changes' }

---@type table<integer, { bufnr: integer, tick: integer }> by client: what is being put in place
local pending = {}

--- Put text where a yank would go.
---@param text string
function M.copy(text)
  vim.fn.setreg(vim.v.register, text)
  client.say('copied.')
end

--- Handle `workspace/applyEdit`. It is refused if the buffer has changed since the rewrite was asked for:
--- Neovim itself would put it over what was typed meanwhile.
function M.edit(err, params, ctx, lsp_config)
  local asked = pending[ctx.client_id]
  if asked then
    if
      not vim.api.nvim_buf_is_valid(asked.bufnr)
      or vim.api.nvim_buf_get_changedtick(asked.bufnr) ~= asked.tick
    then
      return { applied = false, failureReason = 'The text changed meanwhile.' }
    end
    -- Ends what was typed before as an undo step of its own.
    vim.bo[asked.bufnr].undolevels = vim.bo[asked.bufnr].undolevels
  end
  return vim.lsp.handlers['workspace/applyEdit'](err, params, ctx, lsp_config)
end

---@param bufnr integer
---@param result table
---@param candidate table
---@param answer table the `ApplyResult`
local function stale(bufnr, result, candidate, answer)
  vim.ui.select(answer.choices or {}, {
    prompt = answer.message,
    format_item = function(choice)
      return CHOICE[choice]
    end,
  }, function(choice)
    if choice == 'copy' then
      M.copy(candidate.text)
    elseif choice == 'merge' then
      M.apply(bufnr, result.jobId, candidate.id, 'merge')
    elseif choice == 'rerun' then
      runs.rerun(bufnr, result)
    end
  end)
end

--- Put a candidate in place of the passage, the best one if none is named. Nothing is written over text that
--- changed: the writer chooses what becomes of the rewrite then.
---@param bufnr integer
---@param job_id string
---@param candidate_id? string
---@param on_stale? 'refuse'|'merge'
function M.apply(bufnr, job_id, candidate_id, on_stale)
  client.with(bufnr, function(lsp)
    client.ask(lsp, 'aw/results', { jobId = job_id }, bufnr, function(result)
      local candidate = result.candidates[1]
      for _, each in ipairs(result.candidates) do
        candidate = each.id == candidate_id and each or candidate
      end
      if not candidate.text:find('%S') then
        return client.say('this rewrite is empty; it was not applied.', vim.log.levels.ERROR)
      end
      pending[lsp.id] = { bufnr = bufnr, tick = vim.api.nvim_buf_get_changedtick(bufnr) }
      local params = { jobId = job_id, candidateId = candidate.id, onStale = on_stale }
      client.ask(lsp, 'aw/apply', params, bufnr, function(answer)
        if answer.outcome == 'stale' then
          return stale(bufnr, result, candidate, answer)
        end
        local applied = answer.outcome == 'applied' or answer.outcome == 'merged'
        if applied then
          runs.applied(job_id, candidate.id)
        end
        client.say(answer.message, applied and vim.log.levels.INFO or vim.log.levels.WARN)
      end, function()
        pending[lsp.id] = nil
      end)
    end)
  end)
end

--- Put the next by rank in place of the rewrite that was applied last.
---@param bufnr integer
function M.next(bufnr)
  local run = runs.find(bufnr)
  if not run or not run.applied then
    return client.say('no rewrite of this paragraph was applied yet; `:Aw apply` takes the best.')
  end
  for at, candidate in ipairs(run.result.candidates) do
    local following = run.result.candidates[at + 1]
    if candidate.id == run.applied and following then
      return M.apply(bufnr, run.job_id, following.id)
    end
  end
  client.say('that was the last one; `:Aw results` shows them all.')
end

return M
