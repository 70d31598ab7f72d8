"""Tests of the endpoint with boto3: every operation, and what boto3 makes of the answers."""
import harness
import batches
import errors
import items
import partiql
import query
import server
import streams
import tables
import time_to_live
import transactions
import transport
import values


@harness.test("every operation that is built was called")
def all_operations():
    harness.equal(sorted(harness.BUILT - harness.called), [])


harness.run("boto3")
