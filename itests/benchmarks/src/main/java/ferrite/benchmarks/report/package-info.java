/// What a benchmark tells: lines with ratios and targets, as a table for people and as JSON for programs.
@NullMarked
package ferrite.benchmarks.report;

import org.jspecify.annotations.NullMarked;
