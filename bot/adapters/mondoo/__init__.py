"""Mondoo's audit log over GraphQL.

::

    reader       fulfils the port: the pages of a window, in order, none missing, none twice
    ├── paging   decides what to ask next and what of an answer is new; no I/O
    └── client   asks for one page: HTTP, retries, errors
        ├── queries, wire     what is sent, and what an answer holds
        ├── faults, retries   what a failure means, and whether to ask again
        └── endpoints, credentials   where to ask, and as whom
"""
