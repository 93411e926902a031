#if NATS
import CNATS
import ServiceEvents

#endif
