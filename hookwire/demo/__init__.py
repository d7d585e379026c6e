"""The demo: events of three providers as they come over HTTP, and questions put to them in SQL.

    chance     draws from a seed
    world      the people, repositories and products that the events are about
    github     push, pull_request, issues and ping deliveries
    stripe     charge and invoice events
    segment    batches of track calls
    signing    the providers' signatures, computed with secrets of the demo
    events     which events are sent, in which order
    sending    POSTs on a few keep-alive connections
    questions  the sources, and the four SELECTs
    run        all of it against a running server

The payloads have the field names, nesting and sizes that the providers document, and made-up
values. They depend on the seed and on the given time only.
"""
