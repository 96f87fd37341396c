import java.io.OutputStream;
import java.io.PrintStream;

public class ReplacesStandardOutput {
    public static void main(String[] arguments) {
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.out.println(8);
    }
}
