--- aw: evolve a paragraph. Works without `setup`; see |aw.txt|.

local M = {}

--- Change some of the options; may be called at any time, best before the server starts.
---@param options? aw.Options
function M.setup(options)
  require('aw.config').set(options)
  require('aw.compat').reconfigure(require('aw.config').client())
end

return M
