"""The learned residual: a model's correction of the analytic translation.

`outputs` says what a model answers, `correction` what an answer does to a translation, `classes` of which classes a
photo is, `onnx_file` and `registry` read the files, `model` runs one, `store` keeps the current one, `watch` notices
when files change. Nothing is imported here, so that a translation without a model does not load these modules.
"""
