public class LoneSurrogate {
    public static void main(String[] arguments) {
        System.out.println("8\ud800");
    }
}
