import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Expression;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbBean;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbPartitionKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbSortKey;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** The enhanced client: a table whose items are objects of a class. */
public final class Beans {
	@DynamoDbBean
	public static class Song {
		private String artist;
		private Integer year;
		private Instant released;
		private Set<String> labels;
		private Map<String, List<Double>> ratings;

		@DynamoDbPartitionKey
		public String getArtist() {
			return artist;
		}

		public void setArtist(String artist) {
			this.artist = artist;
		}

		@DynamoDbSortKey
		public Integer getYear() {
			return year;
		}

		public void setYear(Integer year) {
			this.year = year;
		}

		public Instant getReleased() {
			return released;
		}

		public void setReleased(Instant released) {
			this.released = released;
		}

		public Set<String> getLabels() {
			return labels;
		}

		public void setLabels(Set<String> labels) {
			this.labels = labels;
		}

		public Map<String, List<Double>> getRatings() {
			return ratings;
		}

		public void setRatings(Map<String, List<Double>> ratings) {
			this.ratings = ratings;
		}
	}

	private static Song song(int year) {
		Song song = new Song();
		song.setArtist("No One You Know");
		song.setYear(year);
		song.setReleased(Instant.ofEpochSecond(year));
		song.setLabels(Set.of("a", "b"));
		song.setRatings(Map.of("x", List.of(1.5, 2.0)));
		return song;
	}

	static void run() {
		DynamoDbTable<Song> table = DynamoDbEnhancedClient.builder().dynamoDbClient(Harness.CLIENT).build()
			.table(Harness.newName(), TableSchema.fromBean(Song.class));
		table.createTable();
		Harness.CLIENT.waiter().waitUntilTableExists(r -> r.tableName(table.tableName()));
		for (int year = 1990; year < 2000; year++)
			table.putItem(song(year));
		Song found = table.getItem(Key.builder().partitionValue("No One You Know").sortValue(1995).build());
		Harness.equal(found.getReleased(), Instant.ofEpochSecond(1995));
		Harness.equal(found.getLabels(), Set.of("a", "b"));
		Harness.equal(found.getRatings(), Map.of("x", List.of(1.5, 2.0)));
		found.setLabels(null);
		Harness.equal(table.updateItem(found).getLabels(), null);
		Harness.equal(table.query(QueryConditional.sortBetween(
			k -> k.partitionValue("No One You Know").sortValue(1992), k -> k.partitionValue("No One You Know").sortValue(1994)))
			.items().stream().map(Song::getYear).collect(Collectors.toList()), List.of(1992, 1993, 1994));
		Harness.throwing(ConditionalCheckFailedException.class, () -> table.putItem(r -> r.item(song(1990))
			.conditionExpression(Expression.builder().expression("attribute_not_exists(artist)").build())));
		table.deleteTable();
	}

	private Beans() {
	}
}
