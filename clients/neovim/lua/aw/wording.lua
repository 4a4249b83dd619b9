--- Numbers as the writer reads them.

local M = {}

---@param share number
---@return string whole percent; certainty is never claimed
function M.percent(share)
  return ('%d%%'):format(math.min(99, math.max(1, math.floor(100 * share + 0.5))))
end

--- `92% (±11)`: the probability of being better than the original, and how far one more comparison would
--- move it.
---@param candidate table
---@return string
function M.chance(candidate)
  local margin = math.max(1, math.floor(100 * candidate.uncertainty + 0.5))
  return ('%s (±%d)'):format(M.percent(candidate.wins), margin)
end

return M
