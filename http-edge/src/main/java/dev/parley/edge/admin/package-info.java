/**
 * The private port: health, metrics, rooms, and the lock of a room.
 *
 * <p>Read {@link dev.parley.edge.admin.AdminRoutes}, {@link dev.parley.edge.admin.Meters}, {@link
 * dev.parley.edge.admin.JournalFigures}, {@link dev.parley.edge.admin.LabelCap}. What is measured where is left to the
 * interfaces that {@code Meters} and {@code JournalFigures} implement.
 */
package dev.parley.edge.admin;
