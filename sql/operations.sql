-- Every operation of the API answers: it is built, or it says that it is not.
CREATE FUNCTION pg_temp.answer(operation text, request json) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	RETURN dynamo.call(operation, request);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN SQLSTATE || ' ' || message;
END
$$;

CREATE TEMPORARY TABLE operations (name text);
INSERT INTO operations SELECT unnest(string_to_array(
	'BatchExecuteStatement BatchGetItem BatchWriteItem CancelBulkOperation CreateBackup CreateGlobalTable '
	'CreateTable DeleteBackup DeleteItem DeleteResourcePolicy DeleteTable DescribeBackup DescribeBulkOperation '
	'DescribeContinuousBackups DescribeContributorInsights DescribeEndpoints DescribeExport DescribeGlobalTable '
	'DescribeGlobalTableSettings DescribeImport DescribeKinesisStreamingDestination DescribeLimits '
	'DescribeStream DescribeTable DescribeTableReplicaAutoScaling DescribeTimeToLive '
	'DisableKinesisStreamingDestination EnableKinesisStreamingDestination ExecuteStatement ExecuteTransaction '
	'ExportTableToPointInTime GetItem GetRecords GetResourcePolicy GetShardIterator ImportTable ListBackups '
	'ListBulkOperations ListContributorInsights ListExports ListGlobalTables ListImports ListStreams ListTables '
	'ListTagsOfResource PutItem PutResourcePolicy Query RestoreTableFromBackup RestoreTableToPointInTime Scan '
	'SearchVectors StartBulkPutItems TagResource TransactGetItems TransactWriteItems UntagResource '
	'UpdateContinuousBackups UpdateContributorInsights UpdateGlobalTable UpdateGlobalTableSettings UpdateItem '
	'UpdateKinesisStreamingDestination UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive', ' '));
SELECT count(*), count(DISTINCT name) FROM operations;

-- An array is no request, which only an operation that is built finds out.
SELECT name, pg_temp.answer(name, '[]') FROM operations ORDER BY name COLLATE "C";

-- An operation that is built has a function of its own, and no other has.
SELECT name
  FROM operations
 WHERE (pg_temp.answer(name, '[]') LIKE 'YD005 %') IS DISTINCT FROM
	   (to_regprocedure(format('dynamo.%s(json)',
							   substr(lower(regexp_replace(name, '([A-Z])', '_\1', 'g')), 2))) IS NOT NULL);

-- Names that are none.
SELECT name, pg_temp.answer(name, '{}')
  FROM (VALUES (''), ('putitem'), ('PutItems'), ('DynamoDB_20120810.PutItem'), (repeat('x', 100))) AS unknown(name);

-- A name and its hint, as a person sees them.
SELECT dynamo.call('SearchVectors', '{}');
SELECT dynamo.call('Put', '{}');

-- Without a request there is no answer.
SELECT dynamo.call('PutItem', NULL) IS NULL AS no_answer;
