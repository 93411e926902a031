#if Kafka
import CKafka
import ServiceEvents

#endif
