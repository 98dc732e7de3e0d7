import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes with Kafka's own client what the decoder's tests read. Argument: the bootstrap address. */
public class WriteRecords {
  static String bootstrap;

  public static void main(String[] arguments) throws Exception {
    bootstrap = arguments[0];
    for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
      codec(codec);
      if (!codec.equals("none")) bomb(codec);
    }
    headers();
    appendTime();
    large();
    compacted();
    transactions();
    openTransaction();
  }

  static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    properties.put("linger.ms", 60_000);
    properties.put("batch.size", 1_000_000);
    properties.putAll(settings);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  static ProducerRecord<byte[], byte[]> record(String topic, String key, String value) {
    return new ProducerRecord<>(topic, 0, key == null ? null : bytes(key), value == null ? null : bytes(value));
  }

  static void codec(String codec) throws Exception {
    try (var producer = producer(Map.of("compression.type", codec))) {
      for (int batch = 0; batch < 3; batch++) {
        for (int i = 0; i < 1000; i++) {
          int number = batch * 1000 + i;
          var record = record("codec-" + codec, "key-" + number, "value-" + number + "-" + "é".repeat(number % 100));
          record.headers().add("number", bytes(String.valueOf(number)));
          producer.send(record);
        }
        producer.flush();
      }
    }
  }

  /** 70 MB of zeros between two small records, in one batch. */
  static void bomb(String codec) throws Exception {
    var settings = Map.<String, Object>of("compression.type", codec, "batch.size", 80_000_000,
        "buffer.memory", 200_000_000L, "max.request.size", 100_000_000);
    try (var producer = producer(settings)) {
      String topic = "bomb-" + codec;
      producer.send(record(topic, "before", "before"));
      producer.send(new ProducerRecord<>(topic, 0, bytes("bomb"), new byte[70_000_000]));
      producer.send(record(topic, "after", "after"));
      producer.flush();
    }
  }

  static void headers() throws Exception {
    try (var producer = producer(Map.of("max.request.size", 4_000_000, "batch.size", 4_000_000))) {
      var many = record("headers", "many", "v");
      for (int i = 0; i < 20_000; i++) many.headers().add("name-" + i, bytes(String.valueOf(i)));
      producer.send(many);
      var odd = record("headers", "odd", "v");
      odd.headers().add("__proto__", bytes("p"));
      odd.headers().add("constructor", null);
      odd.headers().add("twice", bytes("1"));
      odd.headers().add(new RecordHeader("twice", (byte[]) null));
      odd.headers().add("twice", bytes("1"));
      odd.headers().add("", new byte[0]);
      odd.headers().add("bytes", new byte[] {(byte) 0xff, 0, (byte) 0xfe});
      odd.headers().add("naïve", bytes("é"));
      producer.send(odd);
      producer.send(record("headers", null, "null key"));
      producer.send(record("headers", "", ""));
      producer.send(record("headers", "tombstone", null));
      producer.send(new ProducerRecord<>("headers", 0, 0L, bytes("epoch"), bytes("v")));
      producer.send(new ProducerRecord<>("headers", 0, 4102444800000L, bytes("2100"), bytes("v")));
      producer.flush();
    }
  }

  static void appendTime() throws Exception {
    try (var producer = producer(Map.of())) {
      producer.send(new ProducerRecord<>("append-time", 0, 1_000L, bytes("k"), bytes("v")));
      producer.flush();
    }
  }

  static void large() throws Exception {
    var settings = Map.<String, Object>of("batch.size", 8_000_000, "max.request.size", 10_000_000);
    try (var producer = producer(settings)) {
      for (int i = 0; i < 300_000; i++) producer.send(record("large", null, "x"));
      producer.flush();
    }
  }

  /** The first producer's last batch is emptied, but kept: it carries the producer's sequence. */
  static void compacted() throws Exception {
    var settings = Map.<String, Object>of("max.request.size", 2_000_000);
    try (var first = producer(settings); var second = producer(settings)) {
      for (String key : List.of("a", "b", "c")) first.send(record("compacted", key, "old"));
      first.flush();
      for (String key : List.of("a", "b", "c", "a", "b", "d")) second.send(record("compacted", key, "new"));
      second.flush();
      // The active segment is not cleaned, and this does not fit into it.
      second.send(record("compacted", "filler", "x".repeat(1_048_400)));
      second.flush();
    }
  }

  static KafkaProducer<byte[], byte[]> transactional(String id) {
    var producer = producer(Map.of("transactional.id", id, "linger.ms", 0));
    producer.initTransactions();
    producer.beginTransaction();
    return producer;
  }

  static void write(KafkaProducer<byte[], byte[]> producer, String topic, String... values) throws Exception {
    List<Future<?>> sends = new ArrayList<>();
    for (String value : values) {
      // A key like an abort marker's, in an ordinary record.
      var key = new byte[] {0, 0, 0, 0};
      sends.add(producer.send(new ProducerRecord<>(topic, 0, key, bytes(value))));
    }
    for (var send : sends) send.get();
  }

  /** Three aborted ones that overlap and end in another order than they began, and two that commit. */
  static void transactions() throws Exception {
    try (var one = transactional("one"); var two = transactional("two"); var three = transactional("three");
        var four = transactional("four")) {
      write(one, "transactions", "aborted 1");
      write(two, "transactions", "aborted 2");
      write(three, "transactions", "aborted 3", "aborted 3");
      write(four, "transactions", "committed 4");
      write(one, "transactions", "aborted 1", "aborted 1");
      three.abortTransaction();
      three.beginTransaction();
      write(three, "transactions", "committed 3");
      write(two, "transactions", "aborted 2");
      one.abortTransaction();
      write(two, "transactions", "aborted 2");
      two.abortTransaction();
      three.commitTransaction();
      four.commitTransaction();
      one.beginTransaction();
      write(one, "transactions", "committed 1");
      one.commitTransaction();
    }
  }

  static void openTransaction() throws Exception {
    try (var plain = producer(Map.of("linger.ms", 0)); var open = transactional("open")) {
      write(plain, "open-transaction", "before");
      write(open, "open-transaction", "open");
      write(plain, "open-transaction", "behind");
      // Ends without a word to the broker, as a process that is killed.
      Runtime.getRuntime().halt(0);
    }
  }
}
