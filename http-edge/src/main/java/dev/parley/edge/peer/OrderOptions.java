package dev.parley.edge.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that are orders, in the order in which they stand on the command line. */
final class OrderOptions {
    /** The name of this mixin. */
    static final String NAME = "orders";

    private final List<Order> orders = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            parameterConsumer = Consumer.class,
            description =
                    "sets a map key. A VALUE is UTF-8 text, 0x… bytes in hex, @FILE a file's bytes, json:… checked"
                            + " JSON, or text:… when the text itself looks like one of these")
    private List<String> sets;

    @Option(
            names = "--delete",
            paramLabel = "KEY",
            parameterConsumer = Consumer.class,
            description = "deletes a map key")
    private List<String> deletes;

    @Option(
            names = "--push",
            paramLabel = "LIST=VALUE",
            parameterConsumer = Consumer.class,
            description = "adds an item at the end of a list")
    private List<String> pushes;

    @Option(
            names = "--insert",
            paramLabel = "LIST@I=VALUE",
            parameterConsumer = Consumer.class,
            description = "adds an item at position I, from 0")
    private List<String> inserts;

    @Option(
            names = "--put",
            paramLabel = "LIST@I=VALUE",
            parameterConsumer = Consumer.class,
            description = "gives item I another value; -1 is the last item, and 32 hex digits name an item for good")
    private List<String> puts;

    @Option(
            names = "--move",
            paramLabel = "LIST@I=J",
            parameterConsumer = Consumer.class,
            description = "moves item I to position J")
    private List<String> moves;

    @Option(
            names = "--remove",
            paramLabel = "LIST@I",
            parameterConsumer = Consumer.class,
            description = "removes item I")
    private List<String> removes;

    @Option(
            names = "--type",
            paramLabel = "TEXT=WORDS",
            parameterConsumer = Consumer.class,
            description = "types at the end of a text; WORDS may be @FILE")
    private List<String> types;

    @Option(
            names = "--insert-text",
            paramLabel = "TEXT@I=WORDS",
            parameterConsumer = Consumer.class,
            description = "types at position I of a text, in characters from 0")
    private List<String> textInserts;

    @Option(
            names = "--delete-text",
            paramLabel = "TEXT@I+N",
            parameterConsumer = Consumer.class,
            description = "deletes N characters of a text from position I on")
    private List<String> textDeletes;

    @Option(
            names = "--get",
            paramLabel = "KEY",
            parameterConsumer = Consumer.class,
            description = "prints the value of a map key; exit code 1 when there is none")
    private List<String> gets;

    @Option(
            names = "--show",
            paramLabel = "WHAT",
            parameterConsumer = Consumer.class,
            description = "prints: all, map, list NAME, or text NAME")
    private List<String> shows;

    @Option(
            names = "--lock",
            paramLabel = "PUBKEY",
            parameterConsumer = Consumer.class,
            description = "locks the room; needs a --token with room.admin that the server's key signed")
    private List<String> locks;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            parameterConsumer = Consumer.class,
            description = "sets the write policy {\"default\":…,\"rules\":[…]}; needs a --token with policy.admin")
    private List<String> policies;

    /** The orders, as they were given. */
    List<Order> all() {
        return List.copyOf(orders);
    }

    /** Takes one option with its argument, so that options of different names keep their order. */
    static final class Consumer implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
            String name = ((OptionSpec) option).longestName();
            Verb verb = Verb.of(name.substring(2)).orElseThrow();
            String argument = next(arguments, name, verb, command);
            if (verb == Verb.SHOW && (argument.equals("list") || argument.equals("text"))) {
                argument += " " + next(arguments, name, verb, command);
            }
            try {
                OrderOptions options = (OrderOptions) command.mixins().get(NAME).userObject();
                options.orders.add(OrderReader.option(verb, argument));
            } catch (IllegalArgumentException e) {
                String said = e.getMessage();
                throw new ParameterException(
                        command.commandLine(), said.startsWith(verb.word() + ":") ? "--" + said : name + ": " + said);
            }
        }

        private static String next(Stack<String> arguments, String name, Verb verb, CommandSpec command) {
            if (arguments.isEmpty() || command.optionsMap().containsKey(arguments.peek())) {
                throw new ParameterException(command.commandLine(), name + ": " + verb.form() + " is wanted.");
            }
            return arguments.pop();
        }
    }
}
