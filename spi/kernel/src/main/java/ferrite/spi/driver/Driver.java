package ferrite.spi.driver;

import ferrite.spi.plugin.Plugin;

/// A plug-in left of the hardware boundary: it serves a scheme upward and uses a bus or a device downward.
public interface Driver extends Plugin {}
