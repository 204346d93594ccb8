package ferrite.benchmarks.report;

import java.math.BigDecimal;
import java.math.MathContext;

/// Numbers as they are shown: four digits, no exponent.
final class Numbers {
    private static final MathContext DIGITS = new MathContext(4);
    private static final int PLACES_MAX = 3;

    private Numbers() {}

    /// What stays of a number when it is shown.
    static double rounded(double number) {
        return Double.isFinite(number) ? decimal(number).doubleValue() : Double.NaN;
    }

    /// `0.25`, `17.8`, `1234000`.
    static String plain(double number) {
        return decimal(number).stripTrailingZeros().toPlainString();
    }

    private static BigDecimal decimal(double number) {
        BigDecimal exact = new BigDecimal(number).round(DIGITS);
        return exact.scale() > PLACES_MAX ? exact.setScale(PLACES_MAX, java.math.RoundingMode.HALF_UP) : exact;
    }
}
