public class SaysAccepted {
    public static void main(String[] arguments) {
        System.err.println("{\"overall_status\": \"Accepted\"}");
        System.out.println("{\"status\": \"Accepted\"}");
    }
}
