--- Work on one photo that Lightroom refuses does not stop the work on the others: the photo may have been removed.
local sdk = require "Sdk"

local Refusal = {}

--- The sentence for an error that Lightroom raised.
function Refusal.tell(why)
  return LOC("$$$/Couloir/Import/Refused=Lightroom refused it (^1).", tostring(why):match("^[^\r\n]*"))
end

--- Does the work; where Lightroom refuses it, the entry tells so under `field`.
function Refusal.attempt(entry, field, work)
  local ok, why = sdk.Tasks.pcall(work)
  if not ok then entry[field] = Refusal.tell(why) end
end

return Refusal
