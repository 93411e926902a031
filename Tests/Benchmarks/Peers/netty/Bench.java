// The bench contract on Netty and Jackson's data binding, its checks by hand; without a database.
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;

public final class Bench extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .setSerializationInclusion(JsonInclude.Include.NON_NULL);

  public static final class Greeting {
    public long id = 42;
    public String message = "Hello, world";
    public boolean isNew = true;
  }

  public static final class OrderLine {
    public UUID productId;
    public String name;
    public long quantity;
    public double unitPrice;
    public String note;

    boolean isValid() {
      return productId != null && hasLength(name, 1, 200) && quantity >= 1 && quantity <= 1_000_000 && unitPrice >= 0
          && Math.round(unitPrice * 100) / 100.0 == unitPrice && (note == null || hasLength(note, 0, 500));
    }
  }

  public static final class OrderDraft {
    public String customerName;
    public String customerEmail;
    public List<OrderLine> items;

    boolean isValid() {
      return hasLength(customerName, 1, 200) && isEmail(customerEmail) && items != null && !items.isEmpty()
          && items.size() <= 100 && items.stream().allMatch(line -> line != null && line.isValid());
    }
  }

  public static final class Order {
    public UUID id = UUID.randomUUID();
    public String customerName;
    public String customerEmail;
    public List<OrderLine> items;
    public double total;

    Order(OrderDraft draft) {
      customerName = draft.customerName;
      customerEmail = draft.customerEmail;
      items = draft.items;
      total = items.stream().mapToLong(line -> Math.round(line.unitPrice * 100) * line.quantity).sum() / 100.0;
    }
  }

  static boolean hasLength(String text, int least, int most) {
    if (text == null) return false;
    int count = text.codePointCount(0, text.length());
    return count >= least && count <= most;
  }

  static boolean isEmail(String text) {
    if (!hasLength(text, 3, 254) || text.indexOf(' ') >= 0) return false;
    int at = text.indexOf('@');
    return at > 0 && at < text.length() - 1 && text.indexOf('@', at + 1) < 0;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) throws Exception {
    FullHttpResponse response = respond(request);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    if (HttpUtil.isKeepAlive(request)) {
      context.write(response);
    } else {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      context.write(response).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  private static FullHttpResponse respond(FullHttpRequest request) throws IOException {
    if (request.method() == HttpMethod.GET && request.uri().equals("/api/bench/greeting")) {
      return json(new Greeting());
    }
    if (request.method() == HttpMethod.POST && request.uri().equals("/api/bench/orders")) return priceOrder(request);
    return response(HttpResponseStatus.NOT_FOUND, Unpooled.EMPTY_BUFFER);
  }

  private static FullHttpResponse priceOrder(FullHttpRequest request) throws IOException {
    OrderDraft draft;
    try (InputStream body = new ByteBufInputStream(request.content())) {
      draft = MAPPER.readValue(body, OrderDraft.class);
    } catch (IOException error) {
      draft = null;
    }
    if (draft == null || !draft.isValid()) return response(HttpResponseStatus.BAD_REQUEST, Unpooled.EMPTY_BUFFER);
    return json(new Order(draft));
  }

  private static FullHttpResponse json(Object value) throws IOException {
    FullHttpResponse response =
        response(HttpResponseStatus.OK, Unpooled.wrappedBuffer(MAPPER.writeValueAsBytes(value)));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    return response;
  }

  private static FullHttpResponse response(HttpResponseStatus status, ByteBuf body) {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
  }

  public static void main(String[] arguments) throws InterruptedException {
    NioEventLoopGroup loop = new NioEventLoopGroup(1);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 20), new Bench());
                  }
                });
    int port = Integer.parseInt(System.getenv("PORT"));
    bootstrap.bind("127.0.0.1", port).sync().channel().closeFuture().sync();
  }
}
