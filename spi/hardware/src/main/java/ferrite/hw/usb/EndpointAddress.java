package ferrite.hw.usb;

/// bEndpointAddress: bits 3:0 number, bit 7 direction (USB 2.0 §9.6.6).
///
/// @param number 0..15; 0 is the control endpoint
/// @param in true = device to host; without meaning for number 0
public record EndpointAddress(int number, boolean in) {
    /// The default control endpoint.
    public static final EndpointAddress CONTROL = new EndpointAddress(0, false);
    /// Bit 7: device to host.
    public static final int IN = 0x80;
    /// Largest number.
    public static final int NUMBER_MAX = 15;

    /// Checks the range.
    ///
    /// @throws IllegalArgumentException if `number` is out of range
    public EndpointAddress {
        if (number < 0 || number > NUMBER_MAX) {
            throw new IllegalArgumentException("endpoint " + number + " not in 0.." + NUMBER_MAX);
        }
    }

    /// {@return the address in a byte; bits 6:4 are ignored}
    ///
    /// @param bits bEndpointAddress, or wIndex of a request to an endpoint
    public static EndpointAddress of(int bits) {
        return new EndpointAddress(bits & 0xF, (bits & IN) != 0);
    }

    /// {@return the endpoint with the given device context index; 0 (the slot) and 1 give [#CONTROL]}
    ///
    /// @param dci 0..31
    public static EndpointAddress ofDci(int dci) {
        return dci < 2 ? CONTROL : new EndpointAddress(dci >>> 1, (dci & 1) != 0);
    }

    /// {@return bEndpointAddress, 0..255}
    public int bits() {
        return number | (in ? IN : 0);
    }

    /// {@return device context index, xHCI 1.2 §4.5.1: 1 for the control endpoint, else 2 × number + (in ? 1
    /// : 0)}
    public int dci() {
        return number == 0 ? 1 : 2 * number + (in ? 1 : 0);
    }

    /// {@return e.g. `1 IN`}
    @Override
    public String toString() {
        return number + (in ? " IN" : " OUT");
    }
}
