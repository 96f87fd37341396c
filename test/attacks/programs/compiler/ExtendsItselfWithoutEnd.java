public class ExtendsItselfWithoutEnd {
    interface Reverse<T> {}
    static class Growing<T> implements Reverse<Reverse<? super Growing<Growing<T>>>> {}

    public static void main(String[] arguments) {
        Reverse<? super Growing<Byte>> endless = new Growing<Byte>();
        System.out.println(8);
    }
}
