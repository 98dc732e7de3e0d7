import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka's own client, led by a plan: a file with one step of JSON a line, bytes in base64. It says what came of the steps in
 * lines of JSON on standard output, and ends without a word to the broker, as a process that is killed: a transaction
 * that the plan leaves open stays open. Arguments: the bootstrap address, the plan.
 */
public class JavaClient {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Map<String, KafkaProducer<byte[], byte[]>> PRODUCERS = new HashMap<>();
  static String bootstrap;
  static PrintStream out;

  public static void main(String[] arguments) throws Exception {
    bootstrap = arguments[0];
    out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (var lines = Files.lines(Path.of(arguments[1]))) {
      for (String line : (Iterable<String>) lines::iterator) follow(JSON.readTree(line));
    }
    out.flush();
    Runtime.getRuntime().halt(out.checkError() ? 1 : 0);
  }

  static void follow(JsonNode step) throws Exception {
    String by = step.path("by").asText();
    switch (step.get("do").asText()) {
      case "producer" -> PRODUCERS.put(by, producer(step.get("settings")));
      case "send" -> send(PRODUCERS.get(by), step);
      case "flush" -> PRODUCERS.get(by).flush();
      case "begin" -> PRODUCERS.get(by).beginTransaction();
      case "commit" -> PRODUCERS.get(by).commitTransaction();
      case "abort" -> PRODUCERS.get(by).abortTransaction();
      case "delete" -> delete(step);
      case "read" -> read(step);
      default -> throw new IllegalArgumentException(step.toString());
    }
  }

  static KafkaProducer<byte[], byte[]> producer(JsonNode settings) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    settings.properties().forEach(entry -> properties.put(entry.getKey(), entry.getValue().asText()));
    var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    if (properties.containsKey("transactional.id")) producer.initTransactions();
    return producer;
  }

  /** Says `{id, offset, timestamp}` when it is acknowledged. */
  static void send(KafkaProducer<byte[], byte[]> producer, JsonNode step) {
    Long timestamp = step.get("timestamp").isNull() ? null : step.get("timestamp").asLong();
    var record = new ProducerRecord<>(step.get("topic").asText(), step.get("partition").asInt(), timestamp,
        bytes(step.get("key")), bytes(step.get("value")));
    for (JsonNode header : step.get("headers")) {
      String name = new String(bytes(header.get(0)), StandardCharsets.UTF_8);
      record.headers().add(new RecordHeader(name, bytes(header.get(1))));
    }
    long id = step.get("id").asLong();
    producer.send(record, (metadata, failure) -> {
      if (failure == null) say(Map.of("id", id, "offset", metadata.offset(), "timestamp", metadata.timestamp()));
      else failure.printStackTrace();
    });
  }

  static void delete(JsonNode step) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      var before = RecordsToDelete.beforeOffset(step.get("before").asLong());
      admin.deleteRecords(Map.of(partition(step), before)).all().get();
    }
  }

  /**
   * Reads a partition as far as transactions have committed, again until it begins at `first` where that is set: the log
   * cleaner takes its time. Says `{topic, partition, visible: offsets, start, stableEnd}`.
   */
  static void read(JsonNode step) throws Exception {
    var partition = partition(step);
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed",
        "max.partition.fetch.bytes", 16_000_000, "enable.auto.commit", false);
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      List<Long> visible;
      do visible = visible(consumer, partition);
      while (step.has("first") && (visible.isEmpty() || visible.get(0) != step.get("first").asLong()));
      say(Map.of("topic", partition.topic(), "partition", partition.partition(), "visible", visible,
          "start", start(consumer, partition), "stableEnd", end(consumer, partition)));
    }
  }

  static List<Long> visible(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
    List<Long> offsets = new ArrayList<>();
    consumer.seekToBeginning(List.of(partition));
    long end = end(consumer, partition);
    while (consumer.position(partition) < end) {
      for (var record : consumer.poll(Duration.ofMillis(200))) offsets.add(record.offset());
    }
    return offsets;
  }

  static long start(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
    return consumer.beginningOffsets(List.of(partition)).get(partition);
  }

  static long end(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
    return consumer.endOffsets(List.of(partition)).get(partition);
  }

  static TopicPartition partition(JsonNode step) {
    return new TopicPartition(step.get("topic").asText(), step.get("partition").asInt());
  }

  static byte[] bytes(JsonNode base64) {
    return base64.isNull() ? null : Base64.getDecoder().decode(base64.asText());
  }

  static void say(Object answer) {
    try {
      synchronized (out) {
        out.println(JSON.writeValueAsString(answer));
      }
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }
}
