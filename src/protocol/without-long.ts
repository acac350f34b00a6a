import protobuf from 'protobufjs/minimal.js';

// Offsets and times are below 2^53: plain numbers everywhere, where protobufjs would otherwise answer Long objects. The generated code
// takes its defaults from this when it is loaded, so this file is imported before it.
protobuf.util.Long = undefined as unknown as typeof protobuf.util.Long;
protobuf.configure();
