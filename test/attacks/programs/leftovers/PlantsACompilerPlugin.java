import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** javac looks for annotation processors on its class path, which is the current folder. */
public class PlantsACompilerPlugin {
    public static void main(String[] arguments) throws IOException {
        Path service = Path.of("META-INF/services/javax.annotation.processing.Processor");
        System.out.println(Files.exists(service) ? "the plugin was left by the test before" : "8");
        Files.createDirectories(service.getParent());
        Files.writeString(service, "PlantsACompilerPlugin\n");
    }
}
