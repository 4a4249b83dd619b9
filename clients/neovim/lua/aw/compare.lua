--- All rewrites of a run side by side, as the server writes them down.

local client = require('aw.client')

local M = {}

---@param bufnr integer
---@param job_id? string
function M.open(bufnr, job_id)
  local run = require('aw.runs').find(bufnr, job_id)
  job_id = job_id or (run and run.job_id)
  if not job_id then
    return client.say('no rewrites here yet; `:Aw evolve` makes some.')
  end
  client.with(bufnr, function(lsp)
    local params = { command = 'aw.server.compare', arguments = { { jobId = job_id } } }
    client.ask(lsp, 'workspace/executeCommand', params, bufnr, function(answer)
      -- Where the client can be told to show a document, the server has done so.
      local shown = vim.fn.bufwinid(vim.uri_to_bufnr(answer.uri)) ~= -1
      if not shown then
        vim.cmd('vsplit ' .. vim.fn.fnameescape(vim.uri_to_fname(answer.uri)))
      end
    end)
  end)
end

return M
