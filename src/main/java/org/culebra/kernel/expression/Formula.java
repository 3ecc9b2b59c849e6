package org.culebra.kernel.expression;

import org.culebra.kernel.expression.Condition.And;
import org.culebra.kernel.expression.Condition.Compare;
import org.culebra.kernel.expression.Condition.Not;
import org.culebra.kernel.expression.Condition.Or;
import org.culebra.kernel.expression.Expression.Binary;
import org.culebra.kernel.expression.Expression.Constant;
import org.culebra.kernel.expression.Expression.Fma;
import org.culebra.kernel.expression.Expression.Function;
import org.culebra.kernel.expression.Expression.Input;
import org.culebra.kernel.expression.Expression.Operator;
import org.culebra.kernel.expression.Expression.Scalar;
import org.culebra.kernel.expression.Expression.Select;
import org.culebra.kernel.expression.Expression.Unary;
import org.culebra.kernel.expression.Expression.Uniform;

/** Writes an expression as one line that a person can read: {@code x0 * tanh(x1 + 1)}, with run-time numbers s and random u. */
final class Formula {

    private static final int LIMIT = 400;

    /** How tightly an expression holds together, from loose to tight. */
    private static final int SUM = 1;

    private static final int PRODUCT = 2;
    private static final int SIGNED = 3;
    private static final int ATOM = 4;

    private final StringBuilder text = new StringBuilder();

    private Formula() {}

    static String of(Expression expression) {
        var formula = new Formula();
        formula.write(expression, SUM);
        StringBuilder text = formula.text;
        return text.length() <= LIMIT ? text.toString() : text.substring(0, LIMIT) + "…";
    }

    /** Stops at the limit: a graph with sharing, written out, may be exponentially long. */
    private void write(Expression node, int tightness) {
        if (text.length() > LIMIT) {
            return;
        }
        boolean parentheses = tightness(node) < tightness;
        text.append(parentheses ? "(" : "");
        switch (node) {
            case Input(int index) -> text.append('x').append(index);
            case Scalar(int index) -> text.append('s').append(index);
            case Uniform(int index) -> text.append('u').append(index);
            case Constant(double value) -> text.append(number(value));
            case Unary(Function function, Expression x)
            when function == Function.NEG -> {
                text.append('-');
                write(x, ATOM);
            }
            case Unary(Function function, Expression x) -> call(name(function), x);
            case Binary(Operator operator, Expression a, Expression b) -> write(operator, a, b);
            case Fma(Expression a, Expression b, Expression c) -> call("fma", a, b, c);
            case Select(Condition condition, Expression then, Expression otherwise) -> {
                text.append("where(");
                write(condition, false);
                text.append(", ");
                write(then, SUM);
                text.append(", ");
                write(otherwise, SUM);
                text.append(')');
            }
        }
        text.append(parentheses ? ")" : "");
    }

    private void write(Operator operator, Expression a, Expression b) {
        switch (operator) {
            case ADD -> infix(a, " + ", b, SUM, PRODUCT);
            case SUB -> infix(a, " - ", b, SUM, PRODUCT);
            case MUL -> infix(a, " * ", b, PRODUCT, SIGNED);
            case DIV -> infix(a, " / ", b, PRODUCT, SIGNED);
            case MIN -> call("min", a, b);
            case MAX -> call("max", a, b);
            case POW -> call("pow", a, b);
        }
    }

    private void infix(Expression a, String symbol, Expression b, int left, int right) {
        write(a, left);
        text.append(symbol);
        write(b, right);
    }

    private void call(String name, Expression... operands) {
        text.append(name).append('(');
        for (int i = 0; i < operands.length; i++) {
            text.append(i == 0 ? "" : ", ");
            write(operands[i], SUM);
        }
        text.append(')');
    }

    private void write(Condition condition, boolean parentheses) {
        text.append(parentheses ? "(" : "");
        switch (condition) {
            case Compare compare -> {
                write(compare.a(), SUM);
                text.append(
                        switch (compare.relation()) {
                            case LT -> " < ";
                            case LE -> " <= ";
                            case EQ -> " == ";
                            case NE -> " != ";
                        });
                write(compare.b(), SUM);
            }
            case And(Condition a, Condition b) -> junction(a, " and ", b);
            case Or(Condition a, Condition b) -> junction(a, " or ", b);
            case Not(Condition a) -> {
                text.append("not ");
                write(a, true);
            }
        }
        text.append(parentheses ? ")" : "");
    }

    private void junction(Condition a, String symbol, Condition b) {
        write(a, isJunction(a));
        text.append(symbol);
        write(b, isJunction(b));
    }

    private static boolean isJunction(Condition condition) {
        return condition instanceof And || condition instanceof Or;
    }

    private static int tightness(Expression node) {
        return switch (node) {
            case Constant(double value) -> value < 0 ? SIGNED : ATOM;
            case Unary(Function function, Expression _) -> function == Function.NEG ? SIGNED : ATOM;
            case Binary(Operator operator, Expression _, Expression _) ->
                switch (operator) {
                    case ADD, SUB -> SUM;
                    case MUL, DIV -> PRODUCT;
                    case MIN, MAX, POW -> ATOM;
                };
            case Input _, Scalar _, Uniform _, Fma _, Select _ -> ATOM;
        };
    }

    private static String name(Function function) {
        return switch (function) {
            case NEG -> "neg";
            case ABS -> "abs";
            case SIGN -> "sign";
            case FLOOR -> "floor";
            case CEIL -> "ceil";
            case ROUND -> "round";
            case SQRT -> "sqrt";
            case EXP -> "exp";
            case EXPM1 -> "expm1";
            case LOG -> "log";
            case LOG1P -> "log1p";
            case SIN -> "sin";
            case COS, NEAR_COS -> "cos";
            case TAN -> "tan";
            case TANH -> "tanh";
            case SIGMOID -> "sigmoid";
            case ERF -> "erf";
        };
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 && !(value == 0 && 1 / value < 0)
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
