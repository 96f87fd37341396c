import java.util.Scanner;

public class DivideByZero {
  public static void main(String[] args) {
    Scanner in = new Scanner(System.in);
    long a = in.nextLong();
    System.out.println(a / (a - a));
  }
}
