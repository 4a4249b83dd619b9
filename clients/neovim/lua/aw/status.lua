--- What stands below a passage while it is evolved, and where the passage is.

local wording = require('aw.wording')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('aw')
local TAIL = 60 -- characters

--- Track a passage from here on.
---@param run aw.Run
---@param where aw.Place
function M.follow(run, where)
  if not vim.api.nvim_buf_is_valid(run.bufnr) then
    return
  end
  run.mark = vim.api.nvim_buf_set_extmark(run.bufnr, NAMESPACE, where.row, where.col, {
    id = run.mark,
    end_row = where.end_row,
    end_col = where.end_col,
  })
end

--- Where the passage is now.
---@param run aw.Run
---@return aw.Place?
function M.place(run)
  if not run.mark or not vim.api.nvim_buf_is_valid(run.bufnr) then
    return nil
  end
  local found = vim.api.nvim_buf_get_extmark_by_id(run.bufnr, NAMESPACE, run.mark, { details = true })
  if not found[1] then
    return nil
  end
  return { row = found[1], col = found[2], end_row = found[3].end_row, end_col = found[3].end_col }
end

---@param count integer
---@return string
local function rewrites(count)
  return count == 1 and '1 rewrite' or ('%d rewrites'):format(count)
end

--- One sentence on how a run came out.
---@param result table
---@return string
function M.summary(result)
  local found = #result.candidates - 1
  local above = result.originalRank - 1
  local best = result.candidates[1]
  if found < 1 then
    return result.status == 'cancelled' and 'Cancelled. Nothing yet.'
      or 'No rewrite to show; your text stands.'
  elseif above < 1 then
    return ('Your text ranked first (of %d).'):format(found + 1)
  end
  local verb = above == 1 and 'ranks' or 'rank'
  return ('%s of %d %s above your text; best %s.'):format(rewrites(above), found, verb, wording.chance(best))
end

--- The last words of a rewrite that is being written.
---@param text string
---@return string
local function tail(text)
  local length = vim.fn.strchars(text)
  return length > TAIL and '…' .. vim.fn.strcharpart(text, length - TAIL) or text
end

---@param run aw.Run
---@return string
local function progress(run)
  local update = run.update
  if run.state == 'stopping' then
    return 'stopping, keeping the best'
  elseif not update then
    return run.phase or 'waiting'
  end
  local parts = { ('generation %d/%d'):format(update.generation, update.generations) }
  local text = (update.writing or {})[1]
  if text and #update.leaderboard == 0 then
    return parts[1] .. ' · ' .. tail(text)
  end
  local best = update.leaderboard[1]
  if best and best.id == 'original' then
    table.insert(parts, 'your text leads so far')
  elseif best then
    table.insert(parts, 'best so far ' .. wording.percent(best.wins))
  end
  if update.callsTotal > 0 then
    table.insert(parts, ('%d of %d calls'):format(update.callsDone, update.callsTotal))
  end
  return table.concat(parts, ' · ')
end

--- Write below the passage how its run stands.
---@param run aw.Run
function M.show(run)
  local where = M.place(run)
  if not where then
    return
  end
  local chunks
  if run.state == 'done' then
    chunks = { { '✓ ' .. M.summary(run.result), 'AwStatus' }, { '  :Aw results', 'AwHint' } }
  else
    chunks = { { '⟳ evolving · ' .. progress(run), 'AwStatus' } }
  end
  run.label = vim.api.nvim_buf_set_extmark(run.bufnr, NAMESPACE, where.end_row, where.end_col, {
    id = run.label,
    virt_lines = { chunks },
  })
end

--- Remove what was written below a passage.
---@param run aw.Run
function M.hide(run)
  if run.label and vim.api.nvim_buf_is_valid(run.bufnr) then
    vim.api.nvim_buf_del_extmark(run.bufnr, NAMESPACE, run.label)
  end
  run.label = nil
end

--- Stop tracking a passage.
---@param run aw.Run
function M.clear(run)
  M.hide(run)
  if run.mark and vim.api.nvim_buf_is_valid(run.bufnr) then
    vim.api.nvim_buf_del_extmark(run.bufnr, NAMESPACE, run.mark)
  end
  run.mark = nil
end

return M
