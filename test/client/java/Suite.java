import java.net.URI;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.Crc32MismatchException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.*;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Tests of the endpoint with the AWS SDK for Java: its synchronous and asynchronous clients, and its mapper. */
public final class Suite {
	private static final DynamoDbClient CLIENT = Harness.CLIENT;

	public static void main(String[] arguments) {
		Harness.test("tables: create, wait, describe, update, list, tag, delete", Suite::tables);
		Harness.test("the account and what a table may have", Suite::account);
		Harness.test("UpdateTimeToLive", Suite::timeToLive, "UpdateTimeToLive");
		Harness.test("items: every type, put, get, update, delete", Suite::items);
		Harness.test("batches, and the paginators of Query and Scan", Suite::pages);
		Harness.test("transactions, and why they are cancelled", Suite::transactions);
		Harness.test("PartiQL", Suite::partiql, "ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction");
		Harness.test("streams that are not there", Suite::noStreams, "ListStreams", "DescribeStream", "GetShardIterator", "GetRecords");
		Harness.test("streams", Suite::streams, "GetRecords", "UpdateTable.StreamSpecification");
		Harness.test("error classes", Suite::errors);
		Harness.test("a damaged answer is noticed by its checksum", Suite::damaged);
		Harness.test("the asynchronous client: 200 requests at a time", Suite::asynchronous);
		Harness.test("the enhanced client maps beans", Beans::run);
		Harness.test("every operation that is built was called", () -> {
			Set<String> missing = new TreeSet<>(Harness.BUILT);
			missing.removeAll(Harness.CALLED);
			Harness.equal(missing, Set.of());
		});
		Harness.end();
	}

	private static void tables() {
		String name = Harness.newName();
		CLIENT.createTable(Harness.tableRequest(name, "pk S", "sk N").build());
		TableDescription table = CLIENT.waiter().waitUntilTableExists(r -> r.tableName(name)).matched().response().get().table();
		Harness.equal(table.tableStatus(), TableStatus.ACTIVE);
		CLIENT.updateTable(r -> r.tableName(name).deletionProtectionEnabled(true));
		Harness.equal(CLIENT.describeTable(r -> r.tableName(name)).table().deletionProtectionEnabled(), true);
		CLIENT.updateTable(r -> r.tableName(name).deletionProtectionEnabled(false));
		Harness.check(CLIENT.listTablesPaginator(r -> r.limit(1)).tableNames().stream().anyMatch(name::equals), "it is not listed");
		CLIENT.tagResource(r -> r.resourceArn(table.tableArn()).tags(tag("a", "b"), tag("c", "d")));
		CLIENT.untagResource(r -> r.resourceArn(table.tableArn()).tagKeys("a"));
		Harness.equal(CLIENT.listTagsOfResource(r -> r.resourceArn(table.tableArn())).tags(), List.of(tag("c", "d")));
		CLIENT.deleteTable(r -> r.tableName(name));
		CLIENT.waiter().waitUntilTableNotExists(r -> r.tableName(name));
	}

	private static Tag tag(String key, String value) {
		return Tag.builder().key(key).value(value).build();
	}

	private static void account() throws Exception {
		Harness.check(CLIENT.describeLimits().tableMaxReadCapacityUnits() > 0, "no limits");
		Harness.check(!CLIENT.describeEndpoints().endpoints().isEmpty(), "no endpoints");
		Harness.withTable(name -> {
			Harness.check(CLIENT.describeContinuousBackups(r -> r.tableName(name)).continuousBackupsDescription() != null, "no backups");
			Harness.equal(CLIENT.describeTimeToLive(r -> r.tableName(name)).timeToLiveDescription().timeToLiveStatus(),
				TimeToLiveStatus.DISABLED);
		}, "pk S");
	}

	private static void timeToLive() throws Exception {
		Harness.withTable(name -> Harness.equal(CLIENT.updateTimeToLive(r -> r.tableName(name)
			.timeToLiveSpecification(t -> t.enabled(true).attributeName("expires"))).timeToLiveSpecification().attributeName(),
			"expires"), "pk S");
	}

	private static void items() throws Exception {
		Harness.withTable(name -> {
			Map<String, AttributeValue> item = Harness.item("pk", Harness.s("a\0\u00e4\ud834\udd1e"),
				"empty", Harness.s(""), "number", Harness.n("9.9999999999999999999999999999999999999E+125"),
				"bytes", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, -1})), "yes", AttributeValue.fromBool(true),
				"nothing", AttributeValue.fromNul(true), "numbers", AttributeValue.fromNs(List.of("1", "2.5")),
				"map", AttributeValue.fromM(Map.of("list", AttributeValue.fromL(List.of(Harness.s("x"), Harness.n(1))))));
			Map<String, AttributeValue> key = Harness.item("pk", item.get("pk"));
			CLIENT.putItem(r -> r.tableName(name).item(item));
			Map<String, AttributeValue> got = new java.util.HashMap<>(CLIENT.getItem(r -> r.tableName(name).key(key)).item());
			Harness.equal(new BigDecimal(got.remove("number").n()).compareTo(new BigDecimal(item.get("number").n())), 0);
			item.remove("number");
			Harness.equal(got, item);
			UpdateItemResponse updated = CLIENT.updateItem(r -> r.tableName(name).key(key).updateExpression("SET #m.#l[0] = :v")
				.expressionAttributeNames(Map.of("#m", "map", "#l", "list")).expressionAttributeValues(Map.of(":v", Harness.n(7)))
				.returnValues(ReturnValue.ALL_NEW));
			Harness.equal(updated.attributes().get("map").m().get("list").l(), List.of(Harness.n(7), Harness.n(1)));
			Harness.equal(CLIENT.deleteItem(r -> r.tableName(name).key(key).returnValues("ALL_OLD")).attributes(), updated.attributes());
			Harness.equal(CLIENT.getItem(r -> r.tableName(name).key(key)).hasItem(), false);
		}, "pk S");
	}

	private static void pages() throws Exception {
		Harness.withTable(name -> {
			List<WriteRequest> puts = IntStream.range(0, 25).mapToObj(i -> WriteRequest.builder()
				.putRequest(p -> p.item(Harness.item("pk", Harness.s("p"), "sk", Harness.n(i)))).build()).collect(Collectors.toList());
			Harness.equal(CLIENT.batchWriteItem(r -> r.requestItems(Map.of(name, puts))).unprocessedItems(), Map.of());
			Harness.equal(CLIENT.batchGetItem(r -> r.requestItems(Map.of(name, KeysAndAttributes.builder()
				.keys(Harness.item("pk", Harness.s("p"), "sk", Harness.n(3))).build()))).responses().get(name).size(), 1);
			Harness.equal(CLIENT.queryPaginator(r -> r.tableName(name).limit(4).keyConditionExpression("pk = :p AND sk >= :n")
				.expressionAttributeValues(Map.of(":p", Harness.s("p"), ":n", Harness.n(5)))).items().stream()
				.map(i -> Integer.valueOf(i.get("sk").n())).collect(Collectors.toList()),
				IntStream.range(5, 25).boxed().collect(Collectors.toList()));
			int count = 0;
			for (int segment = 0; segment < 3; segment++) {
				int its = segment;
				count += CLIENT.scanPaginator(r -> r.tableName(name).limit(4).segment(its).totalSegments(3)).items().stream().count();
			}
			Harness.equal(count, 25);
		}, "pk S", "sk N");
	}

	private static void transactions() throws Exception {
		Harness.withTable(name -> {
			TransactWriteItem put = TransactWriteItem.builder().put(p -> p.tableName(name)
				.item(Harness.item("pk", Harness.s("a"), "n", Harness.n(1))).conditionExpression("attribute_not_exists(pk)")
				.returnValuesOnConditionCheckFailure("ALL_OLD")).build();
			CLIENT.transactWriteItems(r -> r.transactItems(put));
			Harness.equal(CLIENT.transactGetItems(r -> r.transactItems(TransactGetItem.builder()
				.get(g -> g.tableName(name).key(Harness.item("pk", Harness.s("a")))).build())).responses().get(0).item().get("n"),
				Harness.n(1));
			TransactionCanceledException cancelled = Harness.throwing(TransactionCanceledException.class,
				() -> CLIENT.transactWriteItems(r -> r.transactItems(put)));
			Harness.equal(cancelled.cancellationReasons().get(0).code(), "ConditionalCheckFailed");
			Harness.equal(cancelled.cancellationReasons().get(0).item().get("n"), Harness.n(1));
		}, "pk S");
	}

	private static void partiql() throws Exception {
		Harness.withTable(name -> {
			CLIENT.executeStatement(r -> r.statement("INSERT INTO \"" + name + "\" VALUE {'pk': ?}").parameters(Harness.s("a")));
			CLIENT.batchExecuteStatement(r -> r.statements(BatchStatementRequest.builder()
				.statement("INSERT INTO \"" + name + "\" VALUE {'pk': 'b'}").build()));
			CLIENT.executeTransaction(r -> r.transactStatements(ParameterizedStatement.builder()
				.statement("DELETE FROM \"" + name + "\" WHERE pk = 'a'").build()));
			Harness.equal(CLIENT.executeStatement(r -> r.statement("SELECT * FROM \"" + name + "\"")).items(),
				List.of(Harness.item("pk", Harness.s("b"))));
			Harness.throwing(DuplicateItemException.class,
				() -> CLIENT.executeStatement(r -> r.statement("INSERT INTO \"" + name + "\" VALUE {'pk': 'b'}")));
		}, "pk S");
	}

	private static void noStreams() {
		DynamoDbStreamsClient streams = Harness.prepare(DynamoDbStreamsClient.builder(), Harness.ENDPOINT, Harness.KEY).build();
		String arn = "arn:aws:dynamodb:us-east-1:000000000000:table/nobody-has-this/stream/2026-01-01T00:00:00.000";
		Harness.check(streams.listStreams().streams().stream().noneMatch(s -> s.streamArn().equals(arn)), "it is listed");
		Harness.throwing(ResourceNotFoundException.class, () -> streams.describeStream(r -> r.streamArn(arn)));
		Harness.throwing(ResourceNotFoundException.class, () -> streams.getShardIterator(r -> r.streamArn(arn)
			.shardId("shardId-00000000000000000000-00000000").shardIteratorType(ShardIteratorType.LATEST)));
		Harness.throwing(DynamoDbException.class, () -> streams.getRecords(r -> r.shardIterator("nothing")));
	}

	private static void streams() throws Exception {
		DynamoDbStreamsClient streams = Harness.prepare(DynamoDbStreamsClient.builder(), Harness.ENDPOINT, Harness.KEY).build();
		Harness.withTable(name -> {
			CLIENT.updateTable(r -> r.tableName(name).streamSpecification(s -> s.streamEnabled(true).streamViewType("NEW_IMAGE")));
			String arn = streams.listStreams(r -> r.tableName(name)).streams().get(0).streamArn();
			long end = System.currentTimeMillis() + 30000;
			while (streams.describeStream(r -> r.streamArn(arn)).streamDescription().streamStatus() != StreamStatus.ENABLED) {
				Harness.check(System.currentTimeMillis() < end, "it was not enabled");
				Thread.sleep(100);
			}
			CLIENT.putItem(r -> r.tableName(name).item(Harness.item("pk", Harness.s("a"))));
			List<software.amazon.awssdk.services.dynamodb.model.Record> records = new ArrayList<>();
			while (records.isEmpty()) {
				Harness.check(System.currentTimeMillis() < end, "no record came");
				for (Shard shard : streams.describeStream(r -> r.streamArn(arn)).streamDescription().shards()) {
					String iterator = streams.getShardIterator(r -> r.streamArn(arn).shardId(shard.shardId())
						.shardIteratorType(ShardIteratorType.TRIM_HORIZON)).shardIterator();
					records.addAll(streams.getRecords(r -> r.shardIterator(iterator)).records());
				}
			}
			Harness.equal(records.get(0).dynamodb().newImage(), Harness.item("pk", Harness.s("a")));
		}, "pk S");
	}

	private static void errors() throws Exception {
		Map<String, AttributeValue> key = Harness.item("pk", Harness.s("a"));
		Harness.throwing(ResourceNotFoundException.class, () -> CLIENT.getItem(r -> r.tableName("nobody-has-this").key(key)));
		Harness.withTable(name -> {
			Harness.throwing(ResourceInUseException.class, () -> CLIENT.createTable(Harness.tableRequest(name, "pk S").build()));
			CLIENT.putItem(r -> r.tableName(name).item(key));
			ConditionalCheckFailedException failure = Harness.throwing(ConditionalCheckFailedException.class,
				() -> CLIENT.putItem(r -> r.tableName(name).item(key).conditionExpression("attribute_not_exists(pk)")
					.returnValuesOnConditionCheckFailure("ALL_OLD")));
			Harness.equal(failure.item(), key);
			Harness.equal(failure.statusCode(), 400);
			DynamoDbException invalid = Harness.throwing(DynamoDbException.class,
				() -> CLIENT.getItem(r -> r.tableName(name).key(Map.of())));
			Harness.equal(invalid.awsErrorDetails().errorCode(), "ValidationException");
			String[] stranger = System.getenv("DYNAMO_STRANGER").split(" ");
			DynamoDbClient other = Harness.prepare(DynamoDbClient.builder(), Harness.ENDPOINT, Harness.key(stranger[0], stranger[1])).build();
			Harness.equal(Harness.throwing(DynamoDbException.class, () -> other.putItem(r -> r.tableName(name).item(key)))
				.awsErrorDetails().errorCode(), "AccessDeniedException");
			DynamoDbClient wrong = Harness.prepare(DynamoDbClient.builder(), Harness.ENDPOINT, Harness.key(stranger[0], "wrong")).build();
			Harness.equal(Harness.throwing(DynamoDbException.class, wrong::listTables).awsErrorDetails().errorCode(),
				"InvalidSignatureException");
		}, "pk S");
	}

	/** The proxy damages every second answer that says "intact", the first one too. */
	private static void damaged() throws Exception {
		DynamoDbClient through = Harness.prepare(DynamoDbClient.builder(),
			URI.create(System.getenv("DYNAMO_DAMAGED_ENDPOINT")), Harness.KEY).build();
		Harness.withTable(name -> {
			CLIENT.putItem(r -> r.tableName(name).item(Harness.item("pk", Harness.s("a"), "state", Harness.s("intact"))));
			Map<String, AttributeValue> key = Harness.item("pk", Harness.s("a"));
			Harness.throwing(Crc32MismatchException.class, () -> through.getItem(r -> r.tableName(name).key(key)));
			Harness.equal(through.getItem(r -> r.tableName(name).key(key)).item().get("state"), Harness.s("intact"));
		}, "pk S");
	}

	private static void asynchronous() throws Exception {
		DynamoDbAsyncClient client = Harness.prepare(DynamoDbAsyncClient.builder(), Harness.ENDPOINT, Harness.KEY).build();
		Harness.withTable(name -> {
			CompletableFuture<?>[] all = IntStream.range(0, 200).mapToObj(i -> client.updateItem(r -> r.tableName(name)
				.key(Harness.item("pk", Harness.s("counter " + i % 3))).updateExpression("ADD n :one")
				.expressionAttributeValues(Map.of(":one", Harness.n(1))))).toArray(CompletableFuture[]::new);
			CompletableFuture.allOf(all).join();
			int sum = CLIENT.scanPaginator(r -> r.tableName(name)).items().stream().mapToInt(i -> Integer.parseInt(i.get("n").n())).sum();
			Harness.equal(sum, 200);
		}, "pk S");
	}
}
