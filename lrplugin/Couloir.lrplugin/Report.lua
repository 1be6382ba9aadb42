--- The report of an import: every row of the library and its outcome.
local sdk = require "Sdk"
local Action = require "Action"
local Catalogs = require "Catalogs"
local Daemon = require "Daemon"
local Disks = require "Disks"
local Handover = require "Handover"
local Jobs = require "Jobs"
local Plural = require "Plural"
local Preflight = require "Preflight"
local Progress = require "Progress"
local Protocol = require "Protocol"

local Report = {}

--- The balance of a report as texts. Pure.
-- @tparam table report as the service gives it
-- @treturn table an array of texts
function Report.balance(report)
  local lines = {
    report.balances and LOC "$$$/Couloir/Report/Balances=Every row of the library is accounted for."
      or LOC "$$$/Couloir/Report/Unbalanced=Not every row of the library is accounted for: make a diagnostic report.",
  }
  for _, line in ipairs(report.balance) do
    if line.total > 0 then
      lines[#lines + 1] = LOC(
        "$$$/Couloir/Report/Line=^1: ^2 done, ^3 left out, ^4 waiting, ^5 failed",
        Plural.of(line.kind, line.total), Plural.number(line.done), Plural.number(line.skipped),
        Plural.number(line.waiting), Plural.number(line.failed)
      )
    end
  end
  return lines
end

local function foreign_link()
  return Protocol.problem(
    "report.link",
    LOC "$$$/Couloir/Report/ForeignLink=The link to the page of photos does not lead to Couloir's service.",
    LOC "$$$/Couloir/Report/ForeignLink/Do=It was not opened. Restart the service in Settings and service, and try again."
  )
end

-- Has the service write the page of an import's photos, and opens it through a link that works once.
local function open_page(client, import)
  local path = "/v1/imports/" .. import.id .. "/page"
  local title = LOC "$$$/Couloir/Report/Page/Progress=Writing the page of photos"
  local written, problem = Progress.with(title, function(scope)
    local options = { key = Handover.key "page", canceled = Progress.canceled(scope), has = "id" }
    local job, why = client:post(path, {}, options)
    if not job then return nil, why end
    return Jobs.wait(client, job.id, scope)
  end)
  if not written then return nil, problem end
  local link
  link, problem = client:post(path .. "/link", {}, { has = "url" })
  if not link then return nil, problem end
  if not client:owns(link.url) then return nil, foreign_link() end
  sdk.Http.openUrlInBrowser(link.url)
  return true
end

--- The button that shows the photos of an import in the browser.
function Report.page_button(f, client, import)
  return f:push_button {
    title = LOC "$$$/Couloir/Report/Page=Show the photos in the browser",
    action = function()
      -- A button's action does not run in a task.
      sdk.FunctionContext.postAsyncTaskWithContext("Couloir page", function(context)
        sdk.Dialogs.attachErrorDialogToFunctionContext(context)
        local opened, problem = open_page(client, import)
        if not opened then Action.show(problem) end
      end)
    end,
  }
end

--- The report of an import.
-- @tparam table client
-- @tparam table import the service's view of it
-- @return the service's answer, the disks that originals wait for, and a problem where these are not known; or nil, nil
-- and a problem
function Report.of(client, import)
  local report, problem = client:get("/v1/imports/" .. import.id .. "/report", { has = "balance" })
  if not report then return nil, nil, problem end
  local awaited
  awaited, problem = Disks.awaited(client, import.library, report.reasons)
  return report, awaited or {}, problem
end

--- Shows the report of an import.
-- @tparam table client
-- @tparam table import the service's view of it
-- @return true; or nil and a problem
function Report.show(client, import)
  local report, awaited, problem = Report.of(client, import)
  if not report then return nil, problem end
  local f = sdk.View.osFactory()
  local above = Report.balance(report)
  above[#above + 1] = problem and Protocol.words(problem) or nil
  above[#above + 1] = ""
  local list, more = Preflight.list(f, report.reasons, 380, above)
  local buttons = { spacing = f:control_spacing(), Report.page_button(f, client, import) }
  buttons[#buttons + 1] = more
  buttons[#buttons + 1] = Disks.late_button(f, client, import.library, awaited)
  local contents = { spacing = f:control_spacing(), list, f:row(buttons) }
  local result = sdk.Dialogs.presentModalDialog {
    title = LOC "$$$/Couloir/Report/Title=Report of the import from Aperture",
    contents = f:column(contents),
    actionVerb = LOC "$$$/Couloir/Button/Close=Close", cancelVerb = "< exclude >",
    otherVerb = LOC "$$$/Couloir/Report/Folder=Show its folder",
  }
  if result == "other" then sdk.Shell.revealInShell(import.destination) end
  return true
end

local HAS_LEDGER = { handover = true, done = true, paused = true }

--- The newest import into this catalog that has begun.
-- @treturn table the service's view of it, and the client; or nil, nil and a problem
function Report.newest()
  local client, problem = Daemon.connect()
  if not client then return nil, nil, problem end
  local here
  here, problem = Catalogs.here()
  if not here then return nil, nil, problem end
  local answer
  answer, problem = client:get("/v1/imports", { has = "imports" })
  if not answer then return nil, nil, problem end
  local elsewhere
  for _, import in ipairs(answer.imports) do
    if HAS_LEDGER[import.state] then
      if not Catalogs.is_elsewhere(import.catalog, here) then return import, client end
      elsewhere = elsewhere or import.catalog.path
    end
  end
  if elsewhere then
    return nil, nil, Protocol.problem(
      "report.elsewhere",
      LOC "$$$/Couloir/Report/Elsewhere=Nothing has been imported from Aperture into this catalog yet.",
      LOC("$$$/Couloir/Report/Elsewhere/Do=What has been imported is in the catalog ^1: open that one to see its report.", elsewhere)
    )
  end
  return nil, nil, Protocol.problem(
    "report.none",
    LOC "$$$/Couloir/Report/None=Nothing has been imported from Aperture yet.",
    LOC "$$$/Couloir/Report/None/Do=Library > Plug-in Extras > Import from Aperture begins one."
  )
end

--- The menu item: the report of the newest import that has begun.
-- @return true; or nil and a problem
function Report.run()
  local import, client, problem = Report.newest()
  if not import then return nil, problem end
  return Report.show(client, import)
end

return Report
