"""An oracle: what the rules ask of both systems, computed from the raw rows of the two doubles.

It shares no code with what it judges: nothing here imports the product or the doubles, only the standard
library. Each rule of the specification has one module; its ``compare_…`` says in words what differs from what
the rule wants, and an empty list means that it holds. Rows are dicts as ``GET /__sandbox__/rows/<entity>``
gives them: ``ozmap`` maps routes to documents, ``ixc`` maps tables to rows.
"""
