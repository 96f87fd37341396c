import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public class WritesOutsideItsFolder {
    public static void main(String[] arguments) {
        for (String place : new String[] {"/", "/etc", "/usr/bin", "/usr/lib", "/var/tmp", "/root", "/dev", "/sys/fs/cgroup", "/proc/sys/kernel"}) {
            try {
                Files.writeString(Path.of(place, "planted"), "x");
                System.out.println("wrote into " + place);
                return;
            } catch (IOException refused) {
                continue;
            }
        }
        System.out.println("8");
    }
}
