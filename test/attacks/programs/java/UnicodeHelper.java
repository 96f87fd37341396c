import java.util.Scanner;

public class UnicodeHelper {
  static class Größe {
    int zahl;
  }

  public static void main(String[] args) {
    Scanner input = new Scanner(System.in);
    Nó left = new Nó(input.nextInt());
    Größe right = new Größe();
    right.zahl = input.nextInt();
    System.out.println(left.valor + right.zahl);
  }
}

class Nó {
  final int valor;

  Nó(int valor) {
    this.valor = valor;
  }
}
