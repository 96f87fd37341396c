import java.io.IOException;
import java.net.Socket;
import java.util.Scanner;

public class ConnectsToTheHost {
    public static void main(String[] arguments) {
        Scanner input = new Scanner(System.in);
        int sum = input.nextInt() + input.nextInt();
        try (Socket socket = new Socket("127.0.0.1", input.nextInt())) {
            System.out.println("connected to " + socket);
        } catch (IOException refused) {
            System.out.println(sum);
        }
    }
}
