import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;

/** What the tests of the Java SDK share: how they are run and reported, clients, tables, values. */
final class Harness {
	interface Body {
		void run() throws Exception;
	}

	interface TableBody {
		void run(String table) throws Exception;
	}

	static final URI ENDPOINT = URI.create(System.getenv("DYNAMO_ENDPOINT"));
	static final Set<String> BUILT = new TreeSet<>(Arrays.asList(System.getenv("DYNAMO_OPERATIONS").trim().split("\\s+")));
	static final Set<String> UNSUPPORTED = new TreeSet<>(Arrays.asList(System.getenv("DYNAMO_UNSUPPORTED").trim().split("\\s+")));
	static final Set<String> CALLED = java.util.Collections.synchronizedSet(new TreeSet<>());
	static final AwsCredentialsProvider KEY = key(System.getenv("AWS_ACCESS_KEY_ID"), System.getenv("AWS_SECRET_ACCESS_KEY"));
	static final DynamoDbClient CLIENT = prepare(DynamoDbClient.builder(), ENDPOINT, KEY).build();

	private static boolean failed = false;
	private static int tables = 0;

	/** Notes which operations were called. */
	static final class Watch implements ExecutionInterceptor {
		@Override
		public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
			CALLED.add(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
		}
	}

	static <B extends AwsClientBuilder<B, ?>> B prepare(B builder, URI endpoint, AwsCredentialsProvider key) {
		return builder.endpointOverride(endpoint).region(Region.US_EAST_1).credentialsProvider(key)
			.overrideConfiguration(ClientOverrideConfiguration.builder().addExecutionInterceptor(new Watch()).build());
	}

	static AwsCredentialsProvider key(String id, String secret) {
		return StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret));
	}

	/** Run a test, unless it needs operations, or members of them ("CreateTable.Tags"), that are not built. */
	static void test(String name, Body body, String... needs) {
		for (String need : needs) {
			if (UNSUPPORTED.contains(need) || !BUILT.contains(need.split("\\.")[0])) {
				System.out.println("ok - Java: " + name + " # SKIP " + need + " is not built");
				return;
			}
		}
		try {
			body.run();
			System.out.println("ok - Java: " + name);
		} catch (Throwable error) {
			failed = true;
			System.out.println("not ok - Java: " + name);
			java.io.StringWriter trace = new java.io.StringWriter();
			error.printStackTrace(new java.io.PrintWriter(trace));
			System.out.println(trace.toString().replaceAll("(?m)^", "# "));
		}
	}

	static void end() {
		System.exit(failed ? 1 : 0);
	}

	static void equal(Object found, Object expected) {
		if (!Objects.equals(found, expected))
			throw new AssertionError("found " + found + ", expected " + expected);
	}

	static void check(boolean condition, String what) {
		if (!condition)
			throw new AssertionError(what);
	}

	/** The body must throw this class; returns what it threw. */
	static <E extends Throwable> E throwing(Class<E> expected, Body body) {
		try {
			body.run();
		} catch (Throwable error) {
			if (expected.isInstance(error))
				return expected.cast(error);
			throw new AssertionError("it threw " + error, error);
		}
		throw new AssertionError("it threw no " + expected.getSimpleName());
	}

	static String newName() {
		return "java.table-" + ++tables + "_" + ProcessHandle.current().pid();
	}

	/** A request for a table with keys of "name type". */
	static CreateTableRequest.Builder tableRequest(String name, String... keys) {
		List<KeySchemaElement> schema = new ArrayList<>();
		List<AttributeDefinition> definitions = new ArrayList<>();
		for (String key : keys) {
			String[] parts = key.split(" ");
			schema.add(KeySchemaElement.builder().attributeName(parts[0]).keyType(schema.isEmpty() ? "HASH" : "RANGE").build());
			definitions.add(AttributeDefinition.builder().attributeName(parts[0]).attributeType(parts[1]).build());
		}
		return CreateTableRequest.builder().tableName(name).keySchema(schema).attributeDefinitions(definitions)
			.billingMode(BillingMode.PAY_PER_REQUEST);
	}

	/** Run a body with a table that is there for its time. */
	static void withTable(TableBody body, String... keys) throws Exception {
		String name = newName();
		CLIENT.createTable(tableRequest(name, keys).build());
		CLIENT.waiter().waitUntilTableExists(request -> request.tableName(name));
		try {
			body.run(name);
		} finally {
			CLIENT.deleteTable(request -> request.tableName(name));
		}
	}

	static AttributeValue s(String text) {
		return AttributeValue.fromS(text);
	}

	static AttributeValue n(Object number) {
		return AttributeValue.fromN(String.valueOf(number));
	}

	/** A map of names and values, in turn. */
	static Map<String, AttributeValue> item(Object... namesAndValues) {
		Map<String, AttributeValue> made = new HashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2)
			made.put((String) namesAndValues[i], (AttributeValue) namesAndValues[i + 1]);
		return made;
	}

	private Harness() {
	}
}
