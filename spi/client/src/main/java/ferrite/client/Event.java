package ferrite.client;

/// One event of a multi-shot request, or several that were merged.
///
/// @param status as the peer posted it: for a watched file, [ferrite.spi.scheme.EventFlags]
/// @param extra second result, by opcode
/// @param last whether the peer ended the request with it
public record Event(long status, long extra, boolean last) {}
