/**
 * The command line, the settings, and the wiring of a server.
 *
 * <p>Read {@link dev.parley.edge.main.Parley}, {@link dev.parley.edge.main.Settings}, {@link dev.parley.edge.main.Server},
 * {@link dev.parley.edge.main.ReplayCommand}. What the wired parts do is left to them.
 */
package dev.parley.edge.main;
