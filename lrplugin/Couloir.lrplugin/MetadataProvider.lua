-- The fields that Couloir adds to each photo. All can be searched, so that smart collections can be made of them.
local function verdict(value, title) return { value = value, title = title } end

return {
  schemaVersion = 4,
  metadataFieldsForPhotos = {
    {
      id = "version", title = LOC "$$$/Couloir/Field/Version=Aperture version",
      dataType = "string", readOnly = true, searchable = true, browsable = true,
    },
    {
      id = "project", title = LOC "$$$/Couloir/Field/Project=Aperture project",
      dataType = "string", readOnly = true, searchable = true, browsable = true,
    },
    {
      id = "verdict", title = LOC "$$$/Couloir/Field/Verdict=Verdict",
      dataType = "enum", readOnly = true, searchable = true, browsable = true,
      values = {
        verdict("same", LOC "$$$/Couloir/Verdict/Same=Same"),
        verdict("matched", LOC "$$$/Couloir/Verdict/Matched=Matched"),
        verdict("close", LOC "$$$/Couloir/Verdict/Close=Close"),
        verdict("review", LOC "$$$/Couloir/Verdict/Review=Review"),
        verdict("expected", LOC "$$$/Couloir/Verdict/Expected=Expected"),
        verdict("unmeasured", LOC "$$$/Couloir/Verdict/Unmeasured=Not measured"),
      },
    },
    {
      id = "difference", title = LOC "$$$/Couloir/Field/Difference=Difference from Aperture",
      dataType = "string", readOnly = true, searchable = true,
    },
    {
      id = "fidelity", title = LOC "$$$/Couloir/Field/Fidelity=Fidelity",
      dataType = "enum", readOnly = true, searchable = true, browsable = true,
      values = {
        verdict("exact", LOC "$$$/Couloir/Fidelity/Exact=Exact"),
        verdict("approximate", LOC "$$$/Couloir/Fidelity/Approximate=Approximate"),
        verdict("preview", LOC "$$$/Couloir/Fidelity/Taken=Taken from the preview"),
        verdict("dropped", LOC "$$$/Couloir/Fidelity/Lost=Some adjustments lost"), -- the value that catalogs have
      },
    },
    {
      id = "reason", title = LOC "$$$/Couloir/Field/Reason=Reason of the verdict",
      dataType = "string", readOnly = true, searchable = true,
    },
    {
      id = "model", title = LOC "$$$/Couloir/Field/Model=Model",
      dataType = "string", readOnly = true, searchable = true,
    },
    {
      id = "run", title = LOC "$$$/Couloir/Field/Run=Last run",
      dataType = "string", readOnly = true, searchable = true,
    },
    -- Data without a place in Lightroom: the photographer's own fields; notes, places, a video's trim.
    {
      id = "custom", title = LOC "$$$/Couloir/Field/Custom=Aperture custom fields",
      dataType = "string", readOnly = true, searchable = true,
    },
    {
      id = "notes", title = LOC "$$$/Couloir/Field/Notes=Aperture notes",
      dataType = "string", readOnly = true, searchable = true,
    },
    -- These identify a photo: its version's uuid and its library's id. Not shown.
    { id = "uuid", dataType = "string", searchable = true, title = LOC "$$$/Couloir/Field/Uuid=Aperture identity" },
    { id = "library" },
    -- The state of the photo's import with what Couloir has given it, for telling later what is the user's own (see
    -- Fields.lua), and its positions in albums, for continuing an import.
    { id = "state" },
    { id = "places" },
  },
}
