package ferrite.spi.device;

import ferrite.spi.plugin.Plugin;

/// A plug-in right of the hardware boundary: an emulated device. It answers register accesses and bus packets that
/// arrive as requests on its scheme `hw.NAME:`, and touches memory only through [DeviceMemory].
public interface Device extends Plugin {}
