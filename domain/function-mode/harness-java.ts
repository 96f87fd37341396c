import { kindOf } from './cpp-type.js';
import type { FunctionSignature } from './function-signature.js';
import { javaClassNames } from './java-solution.js';

/** The harness class; a student's class may have any other name. */
export const javaHarnessClass = 'GraderHarness';

/**
 * The program around a student's Java method: converts arguments from a JSON array (contract §7) to the method's own
 * types, and prints the result as the C++ harness does (contract §6). It finds the method by reflection, so `int[]`
 * or `List<Integer>`, static or not, is the student's choice.
 * @param solution the student's classes as they are compiled.
 */
export function javaHarness(signature: FunctionSignature, solution: string): string {
  const classes = javaClassNames(solution).map((name) => JSON.stringify(name));
  return `import java.lang.reflect.*;
import java.math.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

class ${javaHarnessClass} {
  static final String NAME = ${JSON.stringify(signature.name)};
  static final int PARAMETERS = ${signature.parameters.length};
  static final String[] CLASSES = {${classes.join(', ')}};

  public static void main(String[] unused) throws Exception {
    String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    Method method = method();
    Object[] values = new Object[PARAMETERS];
    try {
      List<?> arguments = PARAMETERS == 0 ? new ArrayList<>() : (List<?>) new Json(text).whole();
      if (arguments.size() != PARAMETERS) fail("the test input does not hold " + PARAMETERS + " arguments");
      Type[] types = method.getGenericParameterTypes();
      for (int i = 0; i < PARAMETERS; i++) values[i] = converted(arguments.get(i), types[i]);
    } catch (RuntimeException error) {
      fail("the test input is not the JSON array this method needs: " + error.getMessage());
    }
    Object result = null;
    try {
      result = method.invoke(target(method), values);
    } catch (InvocationTargetException error) {
      System.out.flush();
      System.err.print("Runtime Error: ");
      error.getCause().printStackTrace();
      System.exit(1);
    }
    String line = ${kindOf(signature.returnType) === 'void' ? '"void function executed successfully"' : 'printed(result)'};
    System.out.flush();
    System.out.write((line + "\\n").getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }

  static Method method() throws ClassNotFoundException {
    for (String name : CLASSES)
      for (Method method : Class.forName(name).getDeclaredMethods())
        if (method.getName().equals(NAME) && method.getParameterCount() == PARAMETERS && !method.isSynthetic()) {
          method.setAccessible(true);
          return method;
        }
    fail("the program has no method " + NAME + " with " + PARAMETERS + " parameters");
    return null;
  }

  static Object target(Method method) throws Exception {
    if (Modifier.isStatic(method.getModifiers())) return null;
    Constructor<?> constructor = method.getDeclaringClass().getDeclaredConstructor();
    constructor.setAccessible(true);
    return constructor.newInstance();
  }

  static void fail(String reason) {
    System.err.println("Runtime Error: " + reason);
    System.exit(1);
  }

${conversion}
${printing}
${json}}
`;
}

const conversion = `  static Object converted(Object value, Type type) {
    if (type instanceof Class && ((Class<?>) type).isArray()) return array(value, ((Class<?>) type).getComponentType());
    if (type instanceof GenericArrayType) return array(value, ((GenericArrayType) type).getGenericComponentType());
    if (raw(type) == Map.Entry.class) return entry((List<?>) value, type);
    if (type instanceof ParameterizedType) {
      Type element = ((ParameterizedType) type).getActualTypeArguments()[0];
      List<Object> list = new ArrayList<>();
      for (Object item : (List<?>) value) list.add(converted(item, element));
      return list;
    }
    if (type == String.class) return value instanceof String ? value : String.valueOf(value);
    if (value instanceof Double && (type == double.class || type == Double.class)) return value;
    if (value instanceof Double && (type == float.class || type == Float.class)) return -0.0f;
    if (value instanceof Double) value = BigDecimal.ZERO;
    if (type == char.class || type == Character.class)
      return value instanceof String ? ((String) value).charAt(0) : (char) ((BigDecimal) value).intValue();
    if (type == boolean.class || type == Boolean.class)
      return value instanceof Boolean ? value : ((BigDecimal) value).signum() != 0;
    if (!(value instanceof BigDecimal)) return value;
    BigDecimal number = (BigDecimal) value;
    if (type == int.class || type == Integer.class) return number.intValue();
    if (type == long.class || type == Long.class) return number.longValue();
    if (type == double.class || type == Double.class) return number.doubleValue();
    if (type == float.class || type == Float.class) return number.floatValue();
    if (type == short.class || type == Short.class) return number.shortValue();
    if (type == byte.class || type == Byte.class) return number.byteValue();
    if (type == BigInteger.class) return number.toBigInteger();
    return number;
  }

  static Object array(Object value, Type element) {
    List<?> items = (List<?>) value;
    Object array = Array.newInstance(raw(element), items.size());
    for (int i = 0; i < items.size(); i++) Array.set(array, i, converted(items.get(i), element));
    return array;
  }

  static Object entry(List<?> values, Type type) {
    boolean typed = type instanceof ParameterizedType;
    Type[] parts = typed ? ((ParameterizedType) type).getActualTypeArguments() : new Type[] {Object.class, Object.class};
    return new AbstractMap.SimpleImmutableEntry<>(converted(values.get(0), parts[0]), converted(values.get(1), parts[1]));
  }

  static Class<?> raw(Type type) {
    if (type instanceof Class) return (Class<?>) type;
    if (type instanceof ParameterizedType) return (Class<?>) ((ParameterizedType) type).getRawType();
    if (type instanceof GenericArrayType)
      return Array.newInstance(raw(((GenericArrayType) type).getGenericComponentType()), 0).getClass();
    return Object.class;
  }
`;

/** Numbers with a fraction as C++ prints them: six digits, %g. */
const printing = `  static String printed(Object value) {
    if (value == null) return "null";
    if (value instanceof Boolean) return ((Boolean) value) ? "1" : "0";
    if (value instanceof Double || value instanceof Float) return general(((Number) value).doubleValue());
    if (value instanceof Map.Entry)
      return printed(((Map.Entry<?, ?>) value).getKey()) + " " + printed(((Map.Entry<?, ?>) value).getValue());
    StringJoiner joined = new StringJoiner(" ");
    if (value instanceof Iterable) {
      for (Object item : (Iterable<?>) value) joined.add(printed(item));
      return joined.toString();
    }
    if (!value.getClass().isArray()) return value.toString();
    for (int i = 0; i < Array.getLength(value); i++) joined.add(printed(Array.get(value, i)));
    return joined.toString();
  }

  static String general(double value) {
    if (Double.isNaN(value)) return "nan";
    if (Double.isInfinite(value)) return value < 0 ? "-inf" : "inf";
    if (value == 0) return 1 / value < 0 ? "-0" : "0";
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(6, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < 6) return rounded.toPlainString();
    String digits = rounded.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + String.format("%02d", Math.abs(exponent));
  }
`;

const json = `  static class Json {
    final String text;
    int at = 0;

    Json(String text) {
      this.text = text;
    }

    Object whole() {
      Object value = value();
      if (peek() != 0) throw wrong("the end");
      return value;
    }

    Object value() {
      char next = peek();
      if (next == '[') return list();
      if (next == '"') return string();
      if (text.startsWith("true", at)) { at += 4; return true; }
      if (text.startsWith("false", at)) { at += 5; return false; }
      if (text.startsWith("null", at)) { at += 4; return null; }
      int start = at;
      while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
      if (start == at) throw wrong("a value");
      BigDecimal number = new BigDecimal(text.substring(start, at));
      // A BigDecimal has no negative zero.
      return number.signum() == 0 && text.charAt(start) == '-' ? (Object) (-0.0) : number;
    }

    List<Object> list() {
      List<Object> items = new ArrayList<>();
      at++;
      if (peek() == ']') { at++; return items; }
      for (;;) {
        items.add(value());
        char next = peek();
        at++;
        if (next == ']') return items;
        if (next != ',') throw wrong("a comma or ]");
      }
    }

    String string() {
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char next = text.charAt(at);
        if (next == '"') { at++; return value.toString(); }
        if (next != '\\\\') { value.append(next); continue; }
        if (++at >= text.length()) break;
        int known = "bfnrt".indexOf(text.charAt(at));
        if (known >= 0) value.append("\\b\\f\\n\\r\\t".charAt(known));
        else if (text.charAt(at) != 'u') value.append(text.charAt(at));
        else {
          value.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
          at += 4;
        }
      }
      throw wrong("the end of a string");
    }

    char peek() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
      return at < text.length() ? text.charAt(at) : 0;
    }

    RuntimeException wrong(String wanted) {
      return new RuntimeException("expected " + wanted + " at character " + (at + 1));
    }
  }
`;
